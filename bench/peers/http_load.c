/*
 * http_load: many clients of one HTTP server on loopback, in one process.
 *
 *   cc -O2 -Wall -o http_load http_load.c
 *   http_load -p PORT [-q PATH] [-n CLIENTS] [-i SECONDS] [-d SECONDS] [-H HEADER]... [-e] [-m REQUESTS]
 *
 *   -n  clients, each with a connection that it keeps (50)
 *   -q  the path to ask for (/); "{seq}" in it stands for the last "seq" that the client was told, 0 at first
 *   -i  seconds between two requests of a client, give or take a tenth; 0 asks again at once (0)
 *   -d  how long to go on, in seconds (5)
 *   -m  at most so many requests in all (no limit)
 *   -H  one more header, such as "Accept-Encoding: br"
 *   -e  ask as a browser's cache does: with the ETag of the last answer from this path
 *
 * Prints one line of JSON: requests, failures, the rate, the bytes of an answer, and the latencies in milliseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_EVENTS 512
#define MAX_LATENCIES 5000000
#define MAX_TAG 100
#define PIECE 65536

enum state { CLOSED, CONNECTING, WAITING, IDLE };

struct client {
    int socket;
    enum state state;
    double due;             /* when to ask next */
    double asked;           /* when the last request was sent */
    long seq;               /* the last number told */
    char tag[MAX_TAG];      /* the ETag of the last answer */
    long tag_seq;           /* the number in the path that it belongs to */
    char *heard;            /* the answer so far */
    size_t length;
    size_t room;
};

static int clients = 50;
static int port = 0;
static double interval = 0;
static double duration = 5;
static long most = -1;
static const char *path = "/";
static char headers[2000] = "";
static bool revalidates = false;

static int poller;
static float *latencies;
static size_t measured = 0;
static long requests = 0;
static long answered[6];    /* by the first digit of the status */
static long errors = 0;
static long long bytes = 0;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double spread(void)
{
    return interval * (0.9 + 0.2 * rand() / (RAND_MAX + 1.0));
}

static void hang_up(struct client *client)
{
    if (client->socket >= 0)
        close(client->socket);
    client->socket = -1;
    client->state = CLOSED;
    client->length = 0;
}

static void watch(struct client *client, int action, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = client};
    epoll_ctl(poller, action, client->socket, &event);
}

static void dial(struct client *client)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    client->state = CONNECTING;
    connect(client->socket, (struct sockaddr *)&address, sizeof address);
    watch(client, EPOLL_CTL_ADD, EPOLLOUT);
}

/* Write the path of the next request, with the client's number in place of "{seq}". */
static void path_for(const struct client *client, char *target, size_t room)
{
    const char *mark = strstr(path, "{seq}");

    if (mark)
        snprintf(target, room, "%.*s%ld%s", (int)(mark - path), path, client->seq, mark + 5);
    else
        snprintf(target, room, "%s", path);
}

static void send_request(struct client *client)
{
    char target[600];
    char tag[MAX_TAG + 30] = "";
    char request[4000];
    int length;

    path_for(client, target, sizeof target);
    if (revalidates && *client->tag && client->tag_seq == client->seq)
        snprintf(tag, sizeof tag, "If-None-Match: %s\r\n", client->tag);
    length = snprintf(request, sizeof request,
                      "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: http_load\r\nAccept: */*\r\n%s%s\r\n",
                      target, port, headers, tag);
    client->tag_seq = client->seq;
    client->state = WAITING;
    client->length = 0;
    watch(client, EPOLL_CTL_MOD, EPOLLIN);
    if (send(client->socket, request, length, MSG_NOSIGNAL) != length)
        hang_up(client);
}

static void ask(struct client *client, double time)
{
    client->asked = time;
    if (client->socket >= 0)
        send_request(client);
    if (client->socket < 0)
        dial(client);
}

/* Return the value of a header in the head of an answer; NULL without it. */
static const char *header(const char *head, const char *end, const char *name)
{
    const char *found = strcasestr(head, name);

    return found && found < end ? found + strlen(name) : NULL;
}

static bool is_complete(const struct client *client, const char *end, int status)
{
    size_t body = client->length - (end + 4 - client->heard);
    const char *length = header(client->heard, end, "\r\ncontent-length:");

    if (status == 304)
        return true;
    if (length)
        return body >= (size_t)atol(length);
    return body >= 5 && !memcmp(client->heard + client->length - 5, "0\r\n\r\n", 5);
}

static void note(struct client *client, const char *end)
{
    const char *tag = header(client->heard, end, "\r\netag: ");
    const char *seq = memmem(end, client->length - (end - client->heard), "\"seq\":", 6);

    if (tag)
        snprintf(client->tag, sizeof client->tag, "%.*s", (int)strcspn(tag, "\r"), tag);
    if (seq)
        client->seq = atol(seq + 6);
}

static void read_answer(struct client *client)
{
    double time = now();
    const char *end;
    int status;

    for (;;) {
        ssize_t got;

        if (client->room < client->length + PIECE) {
            client->room = 2 * (client->length + PIECE);
            client->heard = realloc(client->heard, client->room + 1);
        }
        got = recv(client->socket, client->heard + client->length, client->room - client->length, 0);
        if (got < 0 && errno == EAGAIN)
            break;
        if (got <= 0) {
            if (client->state == WAITING)
                errors++;
            hang_up(client);
            return;
        }
        bytes += got;
        client->length += got;
    }
    if (client->state != WAITING)
        return;
    client->heard[client->length] = 0;
    end = strstr(client->heard, "\r\n\r\n");
    if (!end)
        return;
    status = atoi(client->heard + strlen("HTTP/1.1 "));
    if (!is_complete(client, end, status))
        return;
    requests++;
    answered[status / 100 % 6]++;
    if (measured < MAX_LATENCIES)
        latencies[measured++] = (time - client->asked) * 1000;
    note(client, end);
    client->state = IDLE;
    client->due = interval > 0 ? client->due + spread() : time;
    if (client->due < time)
        client->due = time;
    if (header(client->heard, end, "\r\nconnection: close"))
        hang_up(client);
}

static void connected(struct client *client)
{
    int error = 0;
    socklen_t size = sizeof error;

    getsockopt(client->socket, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        errors++;
        hang_up(client);
        client->due = now() + 1;
    } else {
        send_request(client);
    }
}

static void run(struct client *all)
{
    struct epoll_event events[MAX_EVENTS];
    double end = now() + duration;
    double looked = 0;
    long asked = 0;

    while (now() < end && (most < 0 || requests < most)) {
        double time = now();
        int ready;

        if (interval <= 0 || time - looked > 0.002) {
            looked = time;
            for (int i = 0; i < clients; i++) {
                struct client *client = &all[i];
                bool free = client->state == CLOSED || client->state == IDLE;

                if (free && client->due <= time && (most < 0 || asked < most)) {
                    asked++;
                    ask(client, time);
                }
            }
        }
        ready = epoll_wait(poller, events, MAX_EVENTS, interval > 0 ? 2 : 10);
        for (int i = 0; i < ready; i++) {
            struct client *client = events[i].data.ptr;

            if (client->state == CONNECTING)
                connected(client);
            else if (client->socket >= 0)
                read_answer(client);
        }
    }
}

static int in_order(const void *left, const void *right)
{
    float a = *(const float *)left;
    float b = *(const float *)right;

    return (a > b) - (a < b);
}

static double quantile(double part)
{
    return measured ? latencies[(size_t)((measured - 1) * part)] : 0;
}

static void read_options(int count, char **words)
{
    int option;

    while ((option = getopt(count, words, "n:p:q:i:d:m:H:e")) != -1) {
        switch (option) {
        case 'n':
            clients = atoi(optarg);
            break;
        case 'p':
            port = atoi(optarg);
            break;
        case 'q':
            path = optarg;
            break;
        case 'i':
            interval = atof(optarg);
            break;
        case 'd':
            duration = atof(optarg);
            break;
        case 'm':
            most = atol(optarg);
            break;
        case 'H':
            strncat(headers, optarg, sizeof headers - strlen(headers) - 3);
            strcat(headers, "\r\n");
            break;
        case 'e':
            revalidates = true;
            break;
        default:
            exit(2);
        }
    }
}

int main(int count, char **words)
{
    struct rlimit files;
    struct client *all;
    double began;
    double took;

    read_options(count, words);
    signal(SIGPIPE, SIG_IGN);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    srand(7);
    poller = epoll_create1(0);
    latencies = malloc(MAX_LATENCIES * sizeof *latencies);
    all = calloc(clients, sizeof *all);
    began = now();
    for (int i = 0; i < clients; i++) {
        all[i].socket = -1;
        all[i].due = began + (interval > 0 ? interval * rand() / (RAND_MAX + 1.0) : 0);
    }
    run(all);
    took = now() - began;
    qsort(latencies, measured, sizeof *latencies, in_order);
    printf("{\"requests\": %ld, \"rate\": %.1f, \"2xx\": %ld, \"3xx\": %ld, \"4xx\": %ld, \"5xx\": %ld, "
           "\"errors\": %ld, \"bytes\": %.0f, \"p50\": %.2f, \"p95\": %.2f, \"p99\": %.2f, \"max\": %.2f}\n",
           requests, requests / took, answered[2], answered[3], answered[4], answered[5], errors,
           requests ? (double)bytes / requests : 0, quantile(0.5), quantile(0.95), quantile(0.99), quantile(1));
    return 0;
}
