// Opens a new project as an editor does, with the YAML language server, and tells what it should have shown and did not.
//
//   editor.js SERVER PROJECT
//
// SERVER is the server's script, PROJECT a folder that `recto new` made. What it prints are its findings; it fails with any.
'use strict';

const { spawn } = require('child_process');
const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');

const [script, project] = process.argv.slice(2);
const root = pathToFileURL(path.resolve(project)).href;
const PATIENCE = 20000;

// ---- The protocol

const server = spawn(process.execPath, [script, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = new Map();
const shown = new Map();
let settings = {};
let last = 0;
let buffer = Buffer.alloc(0);

function send(message) {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

function ask(method, params) {
  last += 1;
  send({ id: last, method, params });
  return new Promise((resolve) => answers.set(last, resolve));
}

function take(message) {
  if (message.method === 'workspace/configuration') {
    send({ id: message.id, result: message.params.items.map((item) => (item.section === 'yaml' ? settings : null)) });
  } else if (message.method === 'textDocument/publishDiagnostics') {
    shown.set(message.params.uri, message.params.diagnostics.map((diagnostic) => diagnostic.message));
  } else if (message.method && message.id !== undefined) {
    send({ id: message.id, result: null });
  } else if (answers.has(message.id)) {
    answers.get(message.id)(message.result);
  }
}

server.stdout.on('data', (data) => {
  buffer = Buffer.concat([buffer, data]);
  for (;;) {
    const head = buffer.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/Content-Length: (\d+)/.exec(buffer.toString('latin1', 0, head))[1]);
    if (buffer.length < head + 4 + length) return;
    take(JSON.parse(buffer.toString('utf8', head + 4, head + 4 + length)));
    buffer = buffer.subarray(head + 4 + length);
  }
});

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

// ---- What must be seen

const findings = [];
let count = 0;

// Opens a text as a file of the project; returns its address.
async function open(file, text) {
  const uri = `${root}/${file}`;
  shown.delete(uri);
  send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } });
  const end = Date.now() + PATIENCE;
  while (!shown.has(uri) && Date.now() < end) await pause(50);
  if (!shown.has(uri)) findings.push(`${file}: no answer`);
  return uri;
}

// Every one of the messages shows, a part of each given; none shows if none is given.
async function marks(file, text, messages) {
  count += 1;
  const uri = await open(file, text);
  const seen = (part) => (shown.get(uri) || []).some((message) => message.includes(part));
  const end = Date.now() + PATIENCE;
  while (!messages.every(seen) && Date.now() < end) await pause(50);
  for (const part of messages.filter((message) => !seen(message))) findings.push(`${file}: not marked: ${part}`);
  if (messages.length) return;
  await pause(500);
  for (const message of shown.get(uri) || []) findings.push(`${file}: marked: ${message}`);
}

// These are offered where `|` stands.
async function offers(file, text, wanted) {
  count += 1;
  const before = text.slice(0, text.indexOf('|')).split('\n');
  const uri = await open(file, text.replace('|', ''));
  const position = { line: before.length - 1, character: before[before.length - 1].length };
  const answer = await ask('textDocument/completion', { textDocument: { uri }, position });
  const labels = ((answer && answer.items) || answer || []).map((item) => item.label);
  for (const label of wanted.filter((label) => !labels.includes(label))) findings.push(`${file}: not offered: ${label}`);
}

async function configure(yaml) {
  settings = { validate: true, completion: true, schemaStore: { enable: false }, ...yaml };
  send({ method: 'workspace/didChangeConfiguration', params: { settings: { yaml: settings } } });
  await pause(500);
}

async function judge() {
  const capabilities = {
    workspace: { configuration: true, workspaceFolders: true },
    textDocument: { completion: { completionItem: { snippetSupport: true } } },
  };
  const workspaceFolders = [{ uri: root, name: 'project' }];
  await ask('initialize', { processId: process.pid, rootUri: root, workspaceFolders, capabilities });
  send({ method: 'initialized', params: {} });

  // Without settings, the first line of a file must do.
  await configure({});
  const manifest = fs.readFileSync(path.join(project, 'recto.yaml'), 'utf8');
  await marks('recto.yaml', `${manifest}titel: x\n`, ['titel']);
  await marks('sources/line.yaml', '# yaml-language-server: $schema=../.recto/schema/topic.json\ntitel: x\n', ['titel', '"title"']);
  await marks('sources/no-line.yaml', 'titel: x\n', []);

  // With the project's settings, the path of a file does.
  const written = JSON.parse(fs.readFileSync(path.join(project, '.vscode/settings.json'), 'utf8'));
  await configure({ schemas: written['yaml.schemas'] });
  const topic = 'title: Ein Überblick\ntags: chest\nsections:\n  - heading: x\n    text: |\n      - ==a==\n';
  await marks('sources/right.yaml', topic, []);
  await marks('sources/deep/er/wrong.yaml', 'titel: x\nlang: english\n', ['titel', '"title"', 'pattern']);
  await marks('sources/wrong.yml', 'title: x\ncards:\n  - front: x\nfigures:\n  - {image: x.png, alt: x, width: 2}\n', ['"back"', '"caption"', 'maximum']);
  await marks('layouts/mine/layout.yaml', 'titel: x\n', []);
  await offers('sources/keys.yaml', 'title: x\n|', ['see-also', 'sections', 'lang']);
  await offers('sources/colors.yaml', 'title: x\nfigures:\n  - image: x.png\n    marks:\n      m:\n        color: |', ['white', 'yellow']);
  await offers('sources/classes.yaml', 'title: x\nsections:\n  - heading: x\n    class: |', ['no-cards']);
}

judge()
  .catch((error) => findings.push(String(error.stack || error)))
  .then(() => {
    if (count < 10) findings.push(`only ${count} files were opened`);
    for (const finding of findings) console.log(finding);
    server.kill();
    process.exit(findings.length ? 1 : 0);
  });
