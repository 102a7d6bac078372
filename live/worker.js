// Python as WebAssembly, with the files that the page sends and nothing else. The page sends
// one message with both archives, and then one for each cell; each is answered.
import {
  ConsoleStdout,
  Directory,
  File,
  OpenFile,
  PreopenDirectory,
  WASI,
} from "@bjorn3/browser_wasi_shim";

const DATA = "/usr/local/lib/python315.zip/matplotlib/mpl-data"; // where Matplotlib looks
let port, python;

const unpack = (archive) => archive.stream().pipeThrough(new DecompressionStream("gzip"));

// The archive is a list of names and sizes, after its own length, and then the files.
const filesOf = async (archive) => {
  const bytes = await new Response(unpack(archive)).arrayBuffer();
  let start = 4 + new DataView(bytes).getUint32(0, true);
  const root = new Directory(new Map());
  for (const [name, size] of JSON.parse(new TextDecoder().decode(bytes.slice(4, start)))) {
    const folders = name.split("/");
    const last = folders.pop();
    let folder = root.contents;
    for (const part of folders) {
      if (!folder.has(part)) folder.set(part, new Directory(new Map()));
      folder = folder.get(part).contents;
    }
    folder.set(last, new File(bytes.slice(start, start + size)));
    start += size;
  }
  return root.contents;
};

// Calls `send` with each whole line.
const lines = (send) => {
  const decoder = new TextDecoder();
  let rest = "";
  return new ConsoleStdout((bytes) => {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = parts.pop();
    parts.forEach(send);
  });
};

const stream = (name) => (line) =>
  port.postMessage({ output: { output_type: "stream", name, text: `${line}\n` } });

// Lines that do not come from cells.py are printed as they are.
const printed = stream("stdout");
const output = (line) => {
  try {
    port.postMessage({ output: JSON.parse(line) });
  } catch {
    printed(line);
  }
};

const turn = (code) => {
  const bytes = new TextEncoder().encode(code);
  const { memory, host_alloc, turn } = python.exports;
  const start = host_alloc(bytes.length) >>> 0;
  new Uint8Array(memory.buffer, start, bytes.length).set(bytes);
  turn(start, bytes.length);
};

const start = async (archives) => {
  const files = await filesOf(archives.files);
  const data = files.get("mpl-data").contents;
  files.delete("mpl-data");
  files.set("tmp", new Directory(new Map()));
  const streams = [new OpenFile(new File([])), lines(output), lines(stream("stderr"))];
  const folders = [new PreopenDirectory("/", files), new PreopenDirectory(DATA, data)];
  const settings = [
    "HOME=/tmp", "TMPDIR=/tmp", "PYTHONTZPATH=", "NO_COLOR=1", "MPLBACKEND=module://figures",
  ];
  const wasi = new WASI(["python"], settings, [...streams, ...folders], { debug: false });
  // The shim expects the flags of a pause at the wrong place, and time.sleep would take too long.
  const { poll_oneoff } = wasi.wasiImport;
  wasi.wasiImport.poll_oneoff = (start, ...rest) => {
    const view = new DataView(python.exports.memory.buffer);
    view.setUint16(start + 36, view.getUint16(start + 40, true), true);
    return poll_oneoff(start, ...rest);
  };
  const type = { headers: { "Content-Type": "application/wasm" } };
  const imports = {
    wasi_snapshot_preview1: wasi.wasiImport,
    host: { call: () => -1 }, // "There is no host."
  };
  const source = new Response(unpack(archives.python), type);
  python = (await WebAssembly.instantiateStreaming(source, imports)).instance;
  wasi.initialize(python);
  turn("__import__('sys').path.append('/book'); __import__('cells') and None");
};

const answer = async ({ data }) => {
  try {
    // JSON strings are Python strings. The module has no name, because a cell may use any.
    if (python) turn(`__import__("cells").run(${JSON.stringify(data.code)}, ${data.number})`);
    else await start(data);
    port.postMessage({ done: true });
  } catch (error) {
    port.postMessage({ crash: String(error) });
  }
};

onmessage = ({ ports }) => {
  [port] = ports;
  port.onmessage = answer;
};
