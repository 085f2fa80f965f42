// SPDX-License-Identifier: Apache-2.0
// What a careful programmer writes instead: one Node.js process, state in Maps, MessagePack-RPC over TCP (msgpackr's
// UnpackrStream is slower than unpackMultiple on each chunk), a journal appended with group commit.
// --store none | file-1s (fdatasync once a second) | file (replies after fdatasync of their group)
import net from 'node:net';
import fs from 'node:fs';
import { Unpackr, Packr } from 'msgpackr';
const arg = (k, d) => { const i = process.argv.indexOf(k); return i < 0 ? d : process.argv[i + 1]; };
const store = arg('--store', 'none'), port = +arg('--port', 17700), file = arg('--file', './journal.tmp');
const MULT = [100, 125, 150, 200], TMIN = [0, 10000, 50000, 200000];
const members = new Map(), seen = new Set(), liability = new Float64Array(50);
for (let i = 0; i < 100000; i++) {
  const id = 'M' + String(i).padStart(9, '0');
  members.set(id, { nq: 100, q: 0, tier: 0, p1: 0, p2: 0, p3: 0, lots: [{ e: 20365, r: 100 }], head: 0 });
}
const packr = new Packr({ useRecords: false }), unpackr = new Unpackr({ useRecords: false });
let cur = [], conns = new Map(), busy = false, last = Date.now();
const fd = store === 'none' ? -1 : fs.openSync(file, 'w');
function journal(a) { if (fd >= 0) cur.push(packr.pack(a)); }
function purchase(id, [tx, mid, amount, partner, day]) {
  const m = members.get(mid);
  if (!m) return [1, id, 'NOMEMBER', null];
  if (seen.has(tx)) return [1, id, 'DUPLICATE', null];
  seen.add(tx);
  const base = Math.floor(amount / 100), pts = Math.floor(base * MULT[m.tier] / 100);
  let rew = 0;
  m.p1 += amount; while (m.p1 >= 50000) { m.p1 -= 50000; rew += 100; }
  m.p2 += 1; while (m.p2 >= 10) { m.p2 -= 10; rew += 50; }
  if (partner < 10) { m.p3 += amount; while (m.p3 >= 20000) { m.p3 -= 20000; rew += 80; } }
  m.nq += pts + rew; m.q += base;
  m.lots.push({ e: day + 365, r: pts + rew });
  while (m.tier < 3 && m.q >= TMIN[m.tier + 1]) m.tier++;
  liability[partner] += pts + rew;
  journal([tx, mid, 0, amount, partner, day, pts, rew, m.nq, m.q, m.tier]);
  return [1, id, null, [pts + rew, m.nq, m.q, m.tier]];
}
function redeem(id, [tx, mid, want, day]) {
  const m = members.get(mid);
  if (!m) return [1, id, 'NOMEMBER', null];
  if (seen.has(tx)) return [1, id, 'DUPLICATE', null];
  seen.add(tx);
  while (m.head < m.lots.length && m.lots[m.head].e < day) m.nq -= m.lots[m.head++].r;
  if (m.nq < want) return [1, id, 'INSUFFICIENT', null];
  let left = want;
  while (left > 0) { const l = m.lots[m.head]; if (l.r > left) { l.r -= left; left = 0; } else { left -= l.r; m.head++; } }
  if (m.head > 64) { m.lots.splice(0, m.head); m.head = 0; }
  m.nq -= want;
  journal([tx, mid, 1, want, day, m.nq]);
  return [1, id, null, [-want, m.nq, m.q, m.tier]];
}
function query(id, [mid]) {
  const m = members.get(mid);
  return m ? [1, id, null, [0, m.nq, m.q, m.tier]] : [1, id, 'NOMEMBER', null];
}
function pump() {
  if (busy || (!cur.length && !conns.size) || fd < 0) return;
  busy = true;
  const g = Buffer.concat(cur), c = conns;
  cur = []; conns = new Map();
  const done = () => { for (const [s, b] of c) s.write(Buffer.concat(b)); busy = false; pump(); };
  if (!g.length) return done();
  fs.write(fd, g, 0, g.length, null, () => {
    if (store === 'file' || Date.now() - last > 1000) { last = Date.now(); fs.fdatasync(fd, done); } else done();
  });
}
net.createServer((s) => {
  s.setNoDelay(true);
  let rest = null;
  s.on('error', () => {});
  s.on('data', (d) => {
    if (rest) { d = Buffer.concat([rest, d]); rest = null; }
    const out = [];
    let at = 0;
    const on = (q, start, end) => {
      at = end ?? at;
      out.push(packr.pack(q[2] === 'purchase' ? purchase(q[1], q[3]) : q[2] === 'redeem' ? redeem(q[1], q[3]) : query(q[1], q[3])));
    };
    try { unpackr.unpackMultiple(d, on); } catch (e) {
      if (!e.incomplete) throw e;
      rest = d.subarray(e.lastPosition ?? at);
    }
    if (!out.length) return;
    if (store === 'file') { const l = conns.get(s); if (l) l.push(...out); else conns.set(s, out); } else s.write(Buffer.concat(out));
    if (fd >= 0) pump();
  });
}).listen(port, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
