// Writes vectors.jsonl with npm's gpt-tokenizer as the reference: npm install gpt-tokenizer@4.0.0 && node make_vectors.mjs SOURCE...
// Each line: a text, and for each encoding the number of its tokens and a hash (FNV-1a, 64 bits, of the ids as 32-bit
// little-endian numbers). SOURCE: files whose pieces join the made-up texts.
import { readFileSync, writeFileSync } from "node:fs";
import * as cl100k from "gpt-tokenizer/encoding/cl100k_base";
import * as o200k from "gpt-tokenizer/encoding/o200k_base";

let seed = 12345;
const random = (below) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % below;
};
const pick = (list) => list[random(list.length)];

const words = ["the", "Hello", "WORLD", "don't", "I'LL", "we've", "They'RE", "it'S", "x's'd", "HTTPServer", "iPhone", "naïve", "Ünïcödé",
  "ǅungla", "ﬁn", "ʼn", "ʰh", "Ωmega", "привет", "МОСКВА", "שלום", "مرحبا", "नमस्ते", "ไทยแลนด์", "日本語", "中文字符", "한국어", "가", "Ⅷ", "½", "①②③",
  "٣٤٥", "१२३४", "1234567890", "0x1F", "3.14159", "1e-10", "e\u0301", "\u0301\u0302", "A\u030A", "a\u0300\u0301B", "\u200d", "👩‍💻", "🇩🇪🇫🇷", "👍🏽", "❤️", "😀😀😀",
  "\u00a0", "\u2028", "\u3000", "\u200b", "—", "…", "“quoted”", "$$$", "€5", "//", "/path/to/file", "http://a.b/c?d=e&f=%20", "<|endoftext|>",
  "\\n", "{\"a\": [1, 2, {}]}", "def f(x):", "return x**2", "#include <vector>", "std::cout<<x;", "=>", "!=", "'''", "'", "''s", "'ll", "\u0000", "\u0007", "\ue000", "\u{1F9D1}\u{1D11E}\u{10FFFF}"];
const gaps = ["", " ", "  ", "    ", "\t", "\n", "\r\n", "\n\n", " \n ", "\n  ", "\n\t\t", "   \n\n   ", "\r", " \u00a0 ", "\u3000 "];
const points = [[32, 126], [32, 126], [161, 0x24f], [0x250, 0x5ff], [0x900, 0xdff], [0x2000, 0x2bff], [0x3040, 0x30ff], [0x4e00, 0x9fff],
  [0xac00, 0xd7a3], [0x1f300, 0x1faff], [0x10000, 0x1ffff], [0, 0x1f]];
// Where JavaScript's \s is not Unicode's White_Space, tiktoken has the latter.
const isApart = (point) => point === 0x85 || point === 0xfeff || (point >= 0xd800 && point < 0xe000);

const texts = ["", " ", "\n", "a", "  ", " \n", "\n ", "   \n   ", "\r\n\r\n", "'s", "'S ", " 's", "tail   ", "tail \n", "a\u00a0", "\u00a0\u00a0b",
  "a".repeat(300), "A".repeat(200), " ".repeat(300) + "x", "\n".repeat(200), "=".repeat(500), "1".repeat(301), "ab".repeat(400), "🎉".repeat(60),
  "字".repeat(200), "\u0301".repeat(100), "aB".repeat(100), "\t".repeat(90) + "}", "x" + " ".repeat(130), "-_".repeat(90), "Ａ".repeat(40)];
for (let i = 0; i < 120; i++) {
  let text = "";
  for (let n = 1 + random(24); n > 0; n--) text += pick(words) + pick(gaps);
  texts.push(text);
}
for (let i = 0; i < 80; i++) {
  let text = "";
  for (let n = 1 + random(60); n > 0; n--) {
    const [from, to] = pick(points);
    const point = from + random(to - from + 1);
    text += isApart(point) ? "\ufffd" : String.fromCodePoint(point);
  }
  texts.push(text);
}
for (const path of process.argv.slice(2)) {
  const source = [...readFileSync(path, "utf8")];
  for (let at = 0; at < source.length && at < 12000; at += 3000) texts.push(source.slice(at, at + 1500).join(""));
}

const summary = (ids) => {
  let hash = 0xcbf29ce484222325n;
  for (const id of ids)
    for (let shift = 0; shift < 32; shift += 8) hash = BigInt.asUintN(64, (hash ^ BigInt((id >>> shift) & 255)) * 0x100000001b3n);
  return [ids.length, hash.toString(16).padStart(16, "0")];
};
const plain = { allowedSpecial: new Set(), disallowedSpecial: new Set() };
const lines = texts.map((text) =>
  JSON.stringify({ text, cl100k: summary(cl100k.encode(text, plain)), o200k: summary(o200k.encode(text, plain)) }));
writeFileSync(new URL("vectors.jsonl", import.meta.url), lines.join("\n") + "\n");
