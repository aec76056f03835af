// The client of Socket.IO for Node follows the wall: node live.mjs URL TOKEN LAST
// Prints, as JSON, the number it began at and the frames it got up to the fact LAST.

import { io } from "socket.io-client";

const [url, token, last] = process.argv.slice(2);
const frames = [];
const socket = io(url, {
  transports: ["websocket"],
  extraHeaders: { Authorization: `Bearer ${token}` },
  perMessageDeflate: {},
});
socket.on("connect_error", (error) => {
  console.error(error.message);
  process.exit(1);
});
socket.on("connect", async () => {
  const answer = await socket.emitWithAck("live.follow", { view: "wall", after: Number(last) });
  console.log(JSON.stringify(answer.seq));
});
socket.on("live.changes", (frame) => frames.push(frame));
process.stdin.on("data", (text) => {
  const end = Number(text);
  const watch = setInterval(() => {
    if (frames.length && frames.at(-1).seq >= end) {
      clearInterval(watch);
      socket.close();
      process.stdout.write(`${JSON.stringify(frames)}\n`, () => process.exit(0));
    }
  }, 20);
});
