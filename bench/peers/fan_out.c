/* Many Socket.IO clients in one thread, for bench/peers/fan_out.py.
 *
 *   cc -O2 -o fan_out fan_out.c
 *   fan_out -n CLIENTS -p PORT -e FACTS [-a NUMBER] [-k FILE] [-c CONNECTING] [-t SECONDS]
 *
 *   -n  number of clients
 *   -p  port on 127.0.0.1
 *   -e  number of facts that each client waits for; 0 only connects
 *   -a  number after which each client follows (0: everything)
 *   -k  file of bearer tokens, one a line; client i sends line i modulo their number
 *   -c  number of clients that connect at the same time (64)
 *   -t  seconds until it gives up (60), counted anew once all have joined
 *
 * Each client upgrades to a WebSocket, connects to the namespace, sends `live.follow` for the
 * view `wall` and has joined once that is acknowledged. A fact is the text `"#` and seven digits,
 * its number, somewhere in a message of the server.
 *
 * Output, each on a line: `READY {...}` once all have joined; `DONE` once all facts have arrived;
 * and, after a line with the path of a file has been read from standard input, `{...}` with the
 * result. The file holds, as doubles, the time at which each fact was sent, in microseconds of the
 * wall clock; without facts the line may be empty.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HELD (1 << 18)  /* bytes of an unfinished message that a client holds at most */
#define EVENTS 512

enum state { CONNECTING, UPGRADING, OPENING, FOLLOWING, JOINED, DEAD };

struct client {
    int fd;
    int number;
    enum state state;
    double began;
    char *held;
    size_t length;
    long facts;
    uint8_t *seen;
};

struct arrival {
    double at;
    int fact;
};

static int clients = 100;
static int port = 5000;
static int at_once = 64;
static int facts = 0;
static long after = 0;
static double patience = 60;
static char **tokens;
static int token_count;

static struct client *all;
static int epoll;
static int joined;
static int under_way;
static int failed;
static int lost;
static int complete;
static long duplicates;
static long frames;
static long fact_frames;
static long beats;
static long bytes;
static double first_arrival;
static double last_arrival;
static struct arrival *arrivals;
static size_t arrival_count;
static float *join_times;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static int ascending(const void *left, const void *right)
{
    float a = *(const float *)left;
    float b = *(const float *)right;
    return (a > b) - (a < b);
}

static double percentile(const float *sorted, size_t count, double part)
{
    return count ? sorted[(size_t)((count - 1) * part)] : 0;
}

static void end(struct client *client, const char *why)
{
    if (client->state == DEAD)
        return;
    if (client->state == JOINED) {
        joined--;
        lost++;
    } else {
        under_way--;
        failed++;
    }
    if (failed + lost < 4)
        fprintf(stderr, "client %d: %s\n", client->number, why);
    client->state = DEAD;
    close(client->fd);
}

static void transmit(struct client *client, const void *data, size_t length)
{
    if (send(client->fd, data, length, MSG_NOSIGNAL) < 0 && errno != EAGAIN)
        end(client, strerror(errno));
}

/* Send a text frame; the mask is zero, so the text stays as it is. */
static void say(struct client *client, const char *text)
{
    unsigned char frame[132] = {0x81};
    size_t length = strlen(text);
    frame[1] = 0x80 | length;
    memcpy(frame + 6, text, length);
    transmit(client, frame, length + 6);
}

static void follow(struct client *client)
{
    char message[120];
    snprintf(message, sizeof message, "420[\"live.follow\",{\"view\":\"wall\",\"after\":%ld}]", after);
    client->state = FOLLOWING;
    say(client, message);
}

static void begin(struct client *client)
{
    struct sockaddr_in address = {0};
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = client};
    int on = 1;
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->state = CONNECTING;
    client->began = now();
    under_way++;
    if (connect(client->fd, (void *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
        end(client, strerror(errno));
        return;
    }
    epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event);
}

static void upgrade(struct client *client)
{
    char request[1024];
    char authorization[512] = "";
    int error = 0;
    socklen_t size = sizeof error;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        end(client, strerror(error));
        return;
    }
    if (token_count)
        snprintf(authorization, sizeof authorization, "Authorization: Bearer %s\r\n",
                 tokens[client->number % token_count]);
    snprintf(request, sizeof request,
             "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
             "Host: 127.0.0.1:%d\r\n"
             "Upgrade: websocket\r\n"
             "Connection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
             "Sec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
             "User-Agent: fan_out\r\n"
             "Accept-Language: fr-CA,fr;q=0.9,en;q=0.8\r\n"
             "%s\r\n",
             port, authorization);
    client->state = UPGRADING;
    epoll_ctl(epoll, EPOLL_CTL_MOD, client->fd, &event);
    transmit(client, request, strlen(request));
}

static void note_facts(struct client *client, const char *text, size_t length, double at)
{
    const char *stop = text + length;
    int found = 0;
    while ((text = memmem(text, stop - text, "\"#", 2)) && stop - text >= 9) {
        int fact = 0;
        int digits = 0;
        text += 2;
        while (digits < 7 && text[digits] >= '0' && text[digits] <= '9')
            fact = fact * 10 + text[digits++] - '0';
        if (digits < 7 || fact < 1 || fact > facts)
            continue;
        found++;
        if (client->seen[fact]) {
            duplicates++;
            continue;
        }
        client->seen[fact] = 1;
        arrivals[arrival_count].at = at;
        arrivals[arrival_count++].fact = fact;
        if (++client->facts == facts)
            complete++;
    }
    if (found) {
        fact_frames++;
        last_arrival = at;
        if (!first_arrival)
            first_arrival = at;
    }
}

static void hear(struct client *client, const char *text, size_t length)
{
    double at = now();
    frames++;
    if (text[0] == '0') {
        say(client, "40");
    } else if (text[0] == '2') {
        say(client, "3");
    } else if (length > 1 && !memcmp(text, "40", 2)) {
        follow(client);
    } else if (length > 1 && !memcmp(text, "43", 2) && client->state == FOLLOWING) {
        client->state = JOINED;
        under_way--;
        join_times[joined++] = (float)((at - client->began) * 1e3);
    } else if (length > 13 && !memcmp(text, "42[\"live.beat\"", 14)) {
        beats++;
    } else if (length > 1 && !memcmp(text, "42", 2)) {
        note_facts(client, text, length, at);
    } else {
        end(client, "an unexpected message");
    }
}

/* Take whole frames from the data; return how many bytes they were. */
static size_t take_frames(struct client *client, const unsigned char *data, size_t length)
{
    size_t used = 0;
    while (length - used >= 2 && client->state != DEAD) {
        const unsigned char *frame = data + used;
        size_t head = 2;
        uint64_t size = frame[1] & 127;
        if (size == 126) {
            head = 4;
            if (length - used < head)
                break;
            size = frame[2] << 8 | frame[3];
        } else if (size == 127) {
            head = 10;
            if (length - used < head)
                break;
            size = 0;
            for (int i = 2; i < 10; i++)
                size = size << 8 | frame[i];
        }
        if (length - used < head + size)
            break;
        if (frame[0] != 0x81)
            end(client, "not a whole text frame without compression");
        else if (size)
            hear(client, (const char *)frame + head, size);
        used += head + size;
    }
    return used;
}

static void receive(struct client *client)
{
    static unsigned char buffer[HELD * 2];
    unsigned char *data = buffer;
    size_t length = client->length;
    if (length > 0)
        memcpy(buffer, client->held, length);
    ssize_t got = recv(client->fd, buffer + length, sizeof buffer - length, 0);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN)
            end(client, got ? strerror(errno) : "closed by the server");
        return;
    }
    bytes += got;
    length += got;
    if (client->state == UPGRADING) {
        unsigned char *stop = memmem(data, length, "\r\n\r\n", 4);
        if (stop && strncmp((char *)data, "HTTP/1.1 101", 12)) {
            end(client, "refused");
            return;
        }
        if (stop) {
            client->state = OPENING;
            length -= stop + 4 - data;
            data = stop + 4;
        }
    }
    if (client->state != UPGRADING) {
        size_t used = take_frames(client, data, length);
        data += used;
        length -= used;
    }
    if (client->state == DEAD)
        return;
    if (length > HELD) {
        end(client, "a message that is too long");
        return;
    }
    if (length > 0 && !client->held)
        client->held = malloc(HELD);
    if (length > 0)
        memcpy(client->held, data, length);
    client->length = length;
}

static void read_tokens(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[512];
    tokens = calloc(100000, sizeof *tokens);
    while (file && token_count < 100000 && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = 0;
        if (*line)
            tokens[token_count++] = strdup(line);
    }
    if (!file || !token_count) {
        fprintf(stderr, "no tokens in %s\n", path);
        exit(1);
    }
    fclose(file);
}

static void report_ready(double began)
{
    qsort(join_times, joined, sizeof *join_times, ascending);
    printf("READY {\"joined\":%d,\"failed\":%d,\"seconds\":%.4f,\"p50\":%.1f,\"max\":%.1f}\n",
           joined, failed, now() - began, percentile(join_times, joined, .5),
           percentile(join_times, joined, 1));
    fflush(stdout);
}

static double *read_times(void)
{
    double *times = calloc(facts + 1, sizeof *times);
    char path[512] = "";
    FILE *file = NULL;
    if (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\r\n")] = 0;
        if (*path)
            file = fopen(path, "r");
    }
    if (file) {
        if (fread(times, sizeof *times, facts + 1, file) == 0)
            fprintf(stderr, "no times in %s\n", path);
        fclose(file);
    }
    return times;
}

static void report_result(void)
{
    double *times = read_times();
    float *delays = malloc((arrival_count + 1) * sizeof *delays);
    size_t count = 0;
    long missing = 0;
    for (size_t i = 0; i < arrival_count; i++) {
        double sent = times[arrivals[i].fact];
        if (sent > 0)
            delays[count++] = (float)(arrivals[i].at * 1e3 - sent / 1e3);
    }
    for (int i = 0; i < clients; i++)
        missing += facts - all[i].facts;
    qsort(delays, count, sizeof *delays, ascending);
    printf("{\"joined\":%d,\"lost\":%d,\"arrivals\":%zu,\"fact_frames\":%ld,\"frames\":%ld,"
           "\"beats\":%ld,\"bytes\":%ld,\"seconds\":%.4f,\"missing\":%ld,\"duplicates\":%ld,"
           "\"p50\":%.2f,\"p95\":%.2f,\"p99\":%.2f,\"max\":%.2f}\n",
           joined, lost, arrival_count, fact_frames, frames, beats, bytes,
           last_arrival - first_arrival, missing, duplicates, percentile(delays, count, .5),
           percentile(delays, count, .95), percentile(delays, count, .99),
           percentile(delays, count, 1));
    fflush(stdout);
}

static void read_options(int count, char **options)
{
    int option;
    while ((option = getopt(count, options, "n:p:e:a:k:c:t:")) != -1) {
        switch (option) {
        case 'n':
            clients = atoi(optarg);
            break;
        case 'p':
            port = atoi(optarg);
            break;
        case 'e':
            facts = atoi(optarg);
            break;
        case 'a':
            after = atol(optarg);
            break;
        case 'k':
            read_tokens(optarg);
            break;
        case 'c':
            at_once = atoi(optarg);
            break;
        case 't':
            patience = atof(optarg);
            break;
        default:
            exit(1);
        }
    }
}

static void prepare(void)
{
    struct rlimit files;
    signal(SIGPIPE, SIG_IGN);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    all = calloc(clients, sizeof *all);
    join_times = calloc(clients + 1, sizeof *join_times);
    arrivals = calloc((size_t)clients * facts + 1, sizeof *arrivals);
    for (int i = 0; i < clients; i++) {
        all[i].number = i;
        all[i].seen = calloc(facts + 1, 1);
    }
    epoll = epoll_create1(0);
}

int main(int count, char **options)
{
    static struct epoll_event events[EVENTS];
    int begun = 0;
    int ready = 0;
    read_options(count, options);
    prepare();
    double began = now();
    double deadline = began + patience;
    while (now() < deadline) {
        while (begun < clients && under_way < at_once)
            begin(&all[begun++]);
        int found = epoll_wait(epoll, events, EVENTS, 100);
        for (int i = 0; i < found; i++) {
            struct client *client = events[i].data.ptr;
            if (client->state == CONNECTING)
                upgrade(client);
            else if (client->state != DEAD)
                receive(client);
        }
        if (!ready && begun == clients && !under_way) {
            ready = 1;
            report_ready(began);
            deadline = now() + patience;
        }
        if (ready && (!facts || complete >= joined))
            break;
    }
    printf("DONE\n");
    fflush(stdout);
    report_result();
    return 0;
}
