// What a reader leaves on a page: changed code, and answers to exercises. This browser keeps it,
// and it is sent nowhere.

const keyOf = (address) => `scratchdl ${new URL(address).pathname.replace(/\.html$/, "")}`;

// Some browsers forbid storage, or have no room left. Then nothing is kept.
const attempt = (use) => {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
};

// The code by the id of its cell, the answers ("right" or "waiting") by label, and the number
// of exercises on the page.
export const read = (address = location.href) => ({
  code: {},
  answers: {},
  exercises: 0,
  ...attempt((storage) => JSON.parse(storage.getItem(keyOf(address)))),
});

// Another tab may have changed the same page, so it is read anew each time.
export const change = (act) => {
  const page = read();
  act(page);
  attempt((storage) => storage.setItem(keyOf(location.href), JSON.stringify(page)));
};

export const forget = () => attempt((storage) => storage.removeItem(keyOf(location.href)));

export const summary = ({ answers, exercises }) => {
  const count = (state) => Object.values(answers).filter((it) => it === state).length;
  const waiting = count("waiting") ? `, ${count("waiting")} waiting` : "";
  return `${count("right")} of ${exercises} right${waiting}`;
};
