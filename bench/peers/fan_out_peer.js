// A live wall on Socket.IO for Node, as its documentation shows, for bench/peers/fan_out.py.
//
//   node fan_out_peer.js PORT ITEMS
//
// ITEMS is a JSON file with a list of items as our wall's followers get them. `live.follow` joins
// the room and is acknowledged; a beat goes out every two seconds, as ours does.
//
//   GET /emit?facts=F&frames=N&seconds=S   send F facts in N frames, evenly over S seconds
//   GET /times?file=PATH                   write when each fact was sent: doubles, microseconds
//   GET /ping                              answer, for those who wait until it listens

import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Server } from "socket.io";

const [port, path] = process.argv.slice(2);
const items = JSON.parse(readFileSync(path));
const times = new Float64Array(1 << 20);
let seq = 1000;
let offset = 0;

// `performance.now` is precise and `Date.now` comparable: the next whole millisecond joins them.
function calibrate() {
  const before = Date.now();
  let after = before;
  while (after === before) {
    after = Date.now();
  }
  offset = after - performance.now();
}

function pause(milliseconds) {
  return new Promise((done) =>
    milliseconds > 0 ? setTimeout(done, milliseconds) : setImmediate(done),
  );
}

function frame(first, last) {
  const at = (offset + performance.now()) * 1000;
  const after = seq;
  const changes = {};
  for (let fact = first; fact <= last; fact += 1) {
    const item = items[fact % items.length];
    const number = String(fact).padStart(7, "0");
    const id = item.id.slice(0, 29) + number;
    changes[id] = { ...item, id, text: { ...item.text, fr: `#${number}${item.text.fr.slice(8)}` } };
    times[fact] = at;
    seq += 1;
  }
  return { view: "wall", after, seq, changes };
}

async function send(io, facts, frames, seconds) {
  calibrate();
  const began = performance.now();
  let sent = 0;
  for (let number = 1; number <= frames; number += 1) {
    await pause(began + (1000 * seconds * number) / frames - performance.now());
    const upto = Math.round((facts * number) / frames);
    io.to("wall").emit("live.changes", frame(sent + 1, upto));
    sent = upto;
  }
}

function answer(request, response) {
  const url = new URL(request.url, "http://localhost");
  const asked = (name) => Number(url.searchParams.get(name));
  if (url.pathname === "/emit") {
    send(io, asked("facts"), asked("frames"), asked("seconds"));
  } else if (url.pathname === "/times") {
    writeFileSync(url.searchParams.get("file"), Buffer.from(times.buffer));
  }
  response.end("ok");
}

const server = createServer(answer);
const io = new Server(server, {
  serveClient: false,
  transports: ["websocket"],
  pingInterval: 8000,
  pingTimeout: 6000,
});
io.on("connection", (socket) => {
  socket.on("live.follow", (message, acknowledge) => {
    socket.join("wall");
    acknowledge({ seq, changes: {} });
  });
});
setInterval(() => io.to("wall").emit("live.beat", { view: "wall", seq, read: 0 }), 2000);
server.listen({ port: Number(port), host: "127.0.0.1", backlog: 2048 });
