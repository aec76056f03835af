// Develops photographs with sharp: decodes once, scales in a cascade, and finds out what Mixroom does.
//
//     node photographs_sharp.mjs
//
// Reads the path of a photograph from each line, and answers with a line of JSON: milliseconds of CPU of
// all threads, the most memory so far in MB, and the renditions (base64) if the line begins with "keep ".

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import sharp from "sharp";

const EDGES = { wall: 1920, card: 960, thumb: 320 };
const INSIDE = { fit: "inside", withoutEnlargement: true };

sharp.cache(false);
sharp.concurrency(1);

async function pixels(picture) {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, raw: { width: info.width, height: info.height, channels: info.channels } };
}

async function developed(file) {
  const prints = {};
  let shown = await pixels(sharp(file).rotate().resize(EDGES.wall, EDGES.wall, INSIDE));
  for (const [name, edge] of Object.entries(EDGES)) {
    if (name !== "wall") {
      shown = await pixels(sharp(shown.data, { raw: shown.raw }).resize(edge, edge, INSIDE));
    }
    prints[name] = await sharp(shown.data, { raw: shown.raw }).jpeg({ quality: 80 }).toBuffer();
  }
  const thumb = () => sharp(shown.data, { raw: shown.raw });
  createHash("sha256").update(file).digest("hex");
  await thumb().resize(9, 8, { fit: "fill" }).greyscale().raw().toBuffer();
  await thumb().resize(32, 32, { fit: "fill" }).greyscale().raw().toBuffer();
  await thumb().resize(16, 16, INSIDE).webp({ quality: 40 }).toBuffer();
  (await thumb().stats()).dominant;
  return prints;
}

for await (const line of createInterface({ input: process.stdin })) {
  const keep = line.startsWith("keep ");
  const file = readFileSync(keep ? line.slice(5) : line);
  const before = process.cpuUsage();
  const prints = await developed(file);
  const { user, system } = process.cpuUsage(before);
  const memory = process.resourceUsage().maxRSS / 1024;
  const answer = { cpu: (user + system) / 1000, memory };
  if (keep) {
    answer.prints = Object.fromEntries(
      Object.entries(prints).map(([name, data]) => [name, data.toString("base64")]),
    );
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
