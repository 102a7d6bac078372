// The Python that runs in the page, behind three functions: load, run and stop. Another
// engine can replace this one without a change to the pages.
//
// The worker is started by a frame that belongs to no site, and whose policy allows no request
// at all. So the code of a cell reaches neither the network nor what this site has stored.

const POLICY = "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:; worker-src blob:";
const FRAME = `<meta http-equiv="Content-Security-Policy" content="${POLICY}"><script>
onmessage = ({ data, ports }) => {
  self.worker = new Worker(URL.createObjectURL(data));
  self.worker.postMessage("", ports);
};
</script>`;
// The smallest module with a `try_table`, from WebAssembly's exception handling.
const MODULE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 31, 64, 0, 11, 11];

const here = document.currentScript.src;
const parts = PARTS; // The name and size of each archive, from _ext/live_cells.py.
const archives = {}; // They stay here, so that a restart downloads nothing.
let frame, port, loaded, waiting, stopping;

export const bytes = Object.values(parts).reduce((sum, [, size]) => sum + size, 0);

// Why the cells do not run here, in a sentence, or nothing.
export const problem = () => {
  if (location.protocol === "file:") // A page on disk may read no other file.
    return "Cells run only in pages from a website, and this page was opened from a disk.";
  if (!("DecompressionStream" in window && window.WebAssembly?.validate(new Uint8Array(MODULE))))
    return "Cells do not run in this browser, because it is too old.";
  return "";
};

const get = async (name, cache = "default") => {
  const response = await fetch(new URL(name, here), { cache, signal: stopping.signal });
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
};

// Their names contain their versions, so that a stored copy is always the right one.
const download = async (onProgress) => {
  const { signal } = stopping;
  let sum = 0;
  const count = (chunk, controller) => {
    sum += chunk.length;
    if (!signal.aborted) onProgress?.(sum); // Chunks still arrive after a stop.
    controller.enqueue(chunk);
  };
  const one = async ([part, [name]]) => {
    const { body } = await get(name, "force-cache");
    const counted = body.pipeThrough(new TransformStream({ transform: count }));
    archives[part] = await new Response(counted).blob();
  };
  const missing = Object.entries(parts).filter(([part]) => !archives[part]);
  await Promise.all(missing.map(one));
};

// Sends a message to the worker, and waits until it is done.
const ask = (message, onOutput) =>
  new Promise((resolve, reject) => {
    waiting = reject;
    let failed = false;
    port.onmessage = ({ data: { output, crash } }) => {
      if (crash) stop(crash);
      else if (!output) resolve(failed);
      else {
        failed ||= output.output_type === "error";
        onOutput?.(output);
      }
    };
    port.postMessage(message);
  });

const start = async (onProgress) => {
  const { signal } = (stopping = new AbortController());
  const [worker] = await Promise.all([get("worker.js"), download(onProgress)]);
  const script = await worker.blob();
  signal.throwIfAborted();
  const channel = new MessageChannel();
  port = channel.port1;
  frame = document.createElement("iframe");
  Object.assign(frame, { hidden: true, title: "Python", srcdoc: FRAME });
  frame.sandbox = "allow-scripts";
  const ready = new Promise((resolve, reject) => {
    frame.onload = resolve;
    waiting = reject; // A frame that is removed never loads.
  });
  document.body.append(frame);
  await ready;
  frame.contentWindow.postMessage(script, "*", [channel.port2]);
  await ask(archives);
};

// Load Python, unless that is done. `onProgress` gets the number of bytes so far.
export const load = (onProgress) => {
  loaded ??= new Promise((resolve, reject) => {
    waiting = reject;
    start(onProgress).then(resolve, reject);
  }).catch((error) => {
    loaded = undefined; // The next call tries again.
    stopping.abort(error); // If one download failed, the other one ends.
    throw error;
  });
  return loaded;
};

// Run a cell. `onOutput` gets each output as soon as it is there, in order, as an output of a
// notebook: a stream, a result, a figure or an error. The answer is whether there was an error.
export const run = async (code, number, onOutput) => {
  await load();
  return ask({ code, number }, onOutput);
};

// Stop at once. Python has no gentler way here: all variables are lost.
export const stop = (reason = "stopped") => {
  stopping?.abort(new Error(reason));
  frame?.remove();
  waiting?.(new Error(reason));
  frame = port = loaded = waiting = undefined;
};
