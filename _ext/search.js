// The search page. _ext/search.py bundles this script with MiniSearch and with all entries:
// sections, exercises, terms and classes, each with its page, address, names and text.
import MiniSearch from "minisearch";
import ENTRIES from "entries";
import INDEX from "index";

const WORD = /(\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}_])+)/gu;
const PARTS = /\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\p{N}+/gu;
const CHINESE = /\p{Script=Han}/u;
const COMMON = "a an and are as at be by for from in is it of on or that the to".split(" ");

const wordsOf = (text) => text.match(WORD) || [];
// Gradients and gradient, overfitting and overfit, and input_ and input are the same word.
const ENDING = /(?<=\w\w[^sui\W])s$|(?<=\w{3})(?:(?<=([tnmp]))\1)?ing$/;
const base = (word) => word.toLowerCase().replace(/^_+|_+$/g, "").replace(ENDING, "");

// A name such as param_grads or WeightMultiply can be found by each of its words. Chinese
// has no spaces, so it can be found by each character and each pair of characters.
const seen = new Map(); // Most words occur often.
const terms = (text) =>
  wordsOf(text).flatMap((word) => {
    if (!seen.has(word)) {
      const pairs = [...word].map((_, i) => word.slice(i, i + 2));
      const parts = CHINESE.test(word) ? [...word, ...pairs] : [word, ...(word.match(PARTS) || [])];
      const all = new Set(parts.map(base).filter((term) => term && !COMMON.includes(term)));
      seen.set(word, [...all]);
    }
    return seen.get(word);
  });
// A single Chinese character finds too much, unless it is the whole query.
const wanted = (query) =>
  terms(query).filter((term) => term.length > 1 || term === query || !CHINESE.test(term));

// It takes seconds to make the index on a slow device. So _ext/search.py first runs this
// script without an index: then it prints one.
const options = { fields: ["names", "page", "text"], tokenize: terms, processTerm: (term) => term };
const index = INDEX ? MiniSearch.loadJSON(INDEX, options) : new MiniSearch(options);
if (!INDEX) {
  const add = ([page, , names, text], id) => index.add({ id, page, names: names.join(" "), text });
  ENTRIES.forEach(add);
  console.log(JSON.stringify(index));
}

// The words of a text in order. The numbers in a message differ from reader to reader.
const sequence = (text) => wordsOf(text).map((word) => (/^\d/.test(word) ? "0" : base(word)));
const sequences = [];

// The length of the longest run of words that a query and a text have in common.
const run = (query, text) => {
  let [longest, before] = [1, []];
  for (const word of text) {
    before = query.map((other, i) => (word === other ? 1 + (before[i - 1] || 0) : 0));
    longest = Math.max(longest, ...before);
  }
  return longest;
};

// The entries for a query, the best one first.
export const find = (query) => {
  const asked = sequence(query);
  const count = new Set(wanted(query)).size;
  const rank = ({ id, score, queryTerms, match }) => {
    const [page, address, names, text] = ENTRIES[id];
    const found = new Set(Object.keys(match));
    sequences[id] ||= sequence(`${names[0]} ${text}`);
    score *= ((queryTerms.length / count) * run(asked, sequences[id])) ** 2;
    // The heading may be a message about other numbers or another class.
    const heading = sequence(names[0]);
    const shared = heading.filter((word) => asked.includes(word)).length;
    if (shared > heading.length / 2) score *= shared;
    // A term's own name comes before its synonyms, and before names with another spelling.
    const likeness = (name, i) => {
      const words = sequence(name);
      if (words.join() === asked.join()) return i ? 50 : 100;
      return words.length === asked.length && words.every((word) => found.has(word)) ? 20 : 1;
    };
    const best = Math.max(...names.map(likeness));
    score *= best > 1 && address.includes("#term-") ? best * 10 : best;
    if (address.includes("/solutions_")) score /= 2; // The exercise comes first.
    return { page, address, names, text, score, found, asked };
  };
  const message = asked.length > 8; // It is pasted, so it has no typing errors.
  const search = {
    tokenize: wanted,
    boost: { names: 3 },
    prefix: (term) => !message && term.length > 2,
    fuzzy: (term) => !message && term.length > 3 && 0.2,
  };
  const results = index.search(query, search).slice(0, 100).map(rank);
  return results.sort((a, b) => b.score - a.score);
};

const make = (tag, properties, ...content) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...content);
  return element;
};
const isFound = (word, found) => terms(word).some((term) => found.has(term));
const marked = (text, found) =>
  text.split(WORD).map((part) => (isFound(part, found) ? make("mark", {}, part) : part));

// The 200 characters of a text that contain most of the words that were found. The words
// of the query count more than their parts and other spellings.
const excerpt = ({ text, found, asked }) => {
  const hits = [...text.matchAll(WORD)].filter(([word]) => isFound(word, found));
  let [most, start] = [0, 0];
  hits.forEach(({ index }, i) => {
    const near = hits.slice(i, i + 50).filter((hit) => hit.index < index + 160);
    const different = [...new Set(near.map(([word]) => base(word)))];
    const value = different.reduce((sum, word) => sum + (asked.includes(word) ? 5 : 1), 0);
    if (value > most) [most, start] = [value, index];
  });
  start = start < 60 ? 0 : text.indexOf(" ", start - 40) + 1;
  const [quote] = text.slice(start).match(/^.{0,200}(?!\S)|^.{200}/su);
  return `${start ? "… " : ""}${quote}${start + quote.length < text.length ? " …" : ""}`;
};
const item = (result) => {
  const { page, address, names, found } = result;
  const title = names[0] === page ? page : `${page} › ${names[0]}`;
  const link = make("a", { href: address }, ...marked(title, found));
  const quote = make("p", { className: "context" }, ...marked(excerpt(result), found));
  return make("li", {}, link, quote);
};

const listen = () => {
  const input = document.querySelector(".bd-search-container input");
  const part = (name) => document.getElementById(`search-${name}`);
  const show = () => {
    const query = input.value.trim();
    const results = query ? find(query) : [];
    part("results").replaceChildren(...results.slice(0, 20).map(item));
    part("nothing").hidden = !query || results.length > 0;
    const number = results.length > 20 ? "The best 20" : results.length || "No";
    part("status").textContent = query && `${number} result${number === 1 ? "" : "s"}`;
    history.replaceState(null, "", `?q=${encodeURIComponent(query)}`);
  };
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 150);
  });
  input.form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  input.value = new URLSearchParams(location.search).get("q") || "";
  input.select();
  if (input.value) show();
};
if (INDEX) listen();
