// Sends the chosen files and shows the answer. Everything is put in as text, never as markup.
"use strict";
const at = (id) => document.getElementById(id);
const form = at("ask"), files = at("files"), drop = at("drop"), status = at("status"), result = at("result");

function put(parent, tag, text, name) {
  const made = parent.appendChild(document.createElement(tag));
  if (text) made.textContent = text;
  if (name) made.className = name;
  return made;
}

function list() {
  at("chosen").replaceChildren();
  for (const file of files.files) put(at("chosen"), "li", file.name);
  status.textContent = "";
  result.hidden = true;
}

function show(told) {
  for (const part of ["summary", "pages", "proves"]) at(part).replaceChildren();
  told.summary.forEach((line) => put(at("summary"), "p", line.text, line.kind + " " + told.answer.replace(" ", "-")));
  told.pages.forEach((page, number) => pair(page, told.faces[number]));
  told.faces.slice(told.pages.length).forEach((face) => picture(put(at("pages"), "div", "", "pair"), face));
  told.proves.forEach((line) => put(at("proves"), "p", line));
  result.hidden = false;
  result.focus();
}

function pair(page, face) {
  put(at("pages"), "h2", page.heading);
  put(at("pages"), "p", page.set);
  const both = put(at("pages"), "div", "", "pair");
  if (face) picture(both, face);
  else put(both, "p", at("pages").dataset.noface);
  const lines = put(both, "ul");
  page.lines.forEach((line) => put(lines, "li", line));
}

function picture(parent, url) {
  const figure = put(parent, "figure");
  const shown = put(figure, "img");
  shown.src = url;
  shown.alt = at("pages").dataset.face;
  put(figure, "figcaption", at("pages").dataset.face);
}

async function ask(event) {
  event.preventDefault();
  const chosen = [...files.files];
  const size = chosen.reduce((sum, file) => sum + file.size, 0);
  if (!size || size > Number(status.dataset.most)) {
    status.textContent = status.dataset.toolarge;
    return;
  }
  const button = form.querySelector("button");
  button.disabled = true;
  result.hidden = true;
  status.textContent = status.dataset.working;
  try {
    const sizes = chosen.map((file) => "size=" + file.size).join("&");
    const said = await fetch(form.getAttribute("action") + "?" + sizes, { method: "POST", body: new Blob(chosen) });
    const told = await said.json();
    status.textContent = told.error || "";
    if (!told.error) show(told);
  } catch {
    status.textContent = status.dataset.offline;
  }
  button.disabled = false;
}

form.addEventListener("submit", ask);
files.addEventListener("change", list);
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", name === "dragover");
    if (name === "drop" && event.dataTransfer.files.length) {
      files.files = event.dataTransfer.files;
      list();
    }
  });
}
