// Opens books in the two reading systems that browsers have, epub.js and foliate-js: every document,
// in light and dark, on a telephone, a tablet and a screen.
//
//     node readers.js FOLDER_OF_ACE FOLDER_OF_READERS BOOK.epub [FOLDER_FOR_PICTURES]
//
// Nothing may be wider than the screen or fail to load; text and images must be seen; notes and works
// must pop up with what they say; the console must stay empty. Prints what is wrong, one line each, and
// exits 1 if there is anything. With a folder, each document is photographed as foliate-js shows it.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const [ace, readers, book, pictures] = process.argv.slice(2);
const puppeteer = require(require.resolve('puppeteer', { paths: [ace] }));

const WIDTHS = [320, 768, 1280];
const HEIGHT = 900;
const BACKGROUND = { light: '#ffffff', dark: '#121212' };
const STYLES = {
  light: 'html { background: #ffffff; color: #111111 }',
  dark: 'html { background: #121212; color: #e0e0e0 } a:any-link { color: #8ab4f8 }',
};

// A page for each reading system. It offers open(css), sections(), show(index) and the document that is
// shown; foliate-js has pop-ups, too.
const PAGES = {
  'foliate-js': `<!DOCTYPE html><html><head><meta charset="utf-8"><link rel="icon" href="data:,"><style>
    html, body { margin: 0; height: 100% } foliate-view { display: block; height: 100% }
    </style></head><body><script type="module">
    import '/lib/foliate-js/view.js';
    import { FootnoteHandler } from '/lib/foliate-js/footnotes.js';
    const view = document.createElement('foliate-view');
    document.body.append(view);
    const notes = new FootnoteHandler();
    let shown;
    view.addEventListener('load', (event) => { shown = event.detail.doc; });
    view.addEventListener('link', (event) => {
      notes.handle(view.book, event)?.catch((error) => notes.dispatchEvent(new CustomEvent('failed', { detail: error })));
    });
    window.reader = {
      async open(css) {
        await view.open(new File([await (await fetch('/book.epub')).blob()], 'book.epub'));
        view.renderer.setAttribute('flow', 'scrolled');
        view.renderer.setAttribute('max-inline-size', '10000px');
        view.renderer.setAttribute('margin', '0px');
        view.renderer.setAttribute('gap', '0%');
        view.renderer.setStyles(css);
        return view.book.sections.map((section) => section.id);
      },
      async show(index) { await view.goTo(index); return shown; },
      // What pops up when a link is pressed.
      popUp(link) {
        return new Promise((resolve) => {
          const done = (text) => { clearTimeout(timer); resolve(text); };
          const timer = setTimeout(() => done(null), 3000);
          notes.addEventListener('before-render', ({ detail }) => {
            detail.view.style.cssText = 'position: fixed; bottom: 0; width: 300px; height: 200px; visibility: hidden';
            document.body.append(detail.view);
          }, { once: true });
          notes.addEventListener('render', ({ detail }) => {
            const text = detail.view.renderer.getContents()[0].doc.body.textContent.trim();
            // It stays in the page: its paginator goes on for a while, and fails on a document that
            // was taken away.
            done(text);
          }, { once: true });
          link.dispatchEvent(new link.ownerDocument.defaultView.MouseEvent('click', { bubbles: true, cancelable: true }));
        });
      },
    };
    window.ready = true;
    </script></body></html>`,
  'epub.js': `<!DOCTYPE html><html><head><meta charset="utf-8"><link rel="icon" href="data:,"><style>
    html, body, #area { margin: 0; height: 100% }
    </style><script src="/lib/jszip/dist/jszip.min.js"></script><script src="/lib/epubjs/dist/epub.min.js"></script>
    </head><body><div id="area"></div><script>
    let rendition;
    window.reader = {
      async open(css) {
        const book = ePub('/book.epub');
        rendition = book.renderTo('area', { width: '100%', height: '100%', flow: 'scrolled-doc' });
        rendition.hooks.content.register((contents) => {
          const style = contents.document.createElement('style');
          style.textContent = css;
          contents.document.head.append(style);
        });
        await book.ready;
        return book.spine.spineItems.map((item) => item.href);
      },
      async show(index) { await rendition.display(index); return rendition.getContents()[0].document; },
    };
    window.ready = true;
    </script></body></html>`,
};

// Runs in the page: what is wrong with the document that is shown.
async function examine(index, mode, background, wantsPopUps) {
  const doc = await window.reader.show(index);
  const found = [];
  const view = doc.defaultView;
  await Promise.all([...doc.images].map((image) => image.decode().catch(() => {})));
  await new Promise((resolve) => setTimeout(resolve, 30));
  const called = (element) => {
    const id = element.closest('[id]')?.id;
    return `<${element.localName}${element.className?.baseVal ?? element.className ? ` class="${element.className.baseVal ?? element.className}"` : ''}>${id ? ` in #${id}` : ''}`;
  };
  const width = view.innerWidth;
  // What lies in a box that can be moved may be wider than that.
  const moves = (element) => element && element !== doc.body
    && (['auto', 'scroll'].includes(view.getComputedStyle(element).overflowX) || moves(element.parentElement));
  const wide = [...doc.body.querySelectorAll('*')].filter((element) => {
    if (moves(element.parentElement)) return false;
    const rect = element.getBoundingClientRect();
    return rect.width > 0 && rect.height > 0 && (rect.right > width + 1.5 || rect.left < -1.5);
  });
  wide.slice(0, 3).forEach((element) => {
    const rect = element.getBoundingClientRect();
    found.push(`${called(element)} reaches from ${Math.round(rect.left)} to ${Math.round(rect.right)} of ${width} pixels`);
  });
  for (const image of doc.images) {
    if (!image.complete || image.naturalWidth === 0) found.push(`${called(image)} is not loaded: ${image.getAttribute('src')}`);
    const { width, height } = image.getBoundingClientRect();
    if (width < 4 || height < 4) found.push(`${called(image)} cannot be seen: ${image.getAttribute('alt')}`);
    const rate = (width / height) / (image.naturalWidth / image.naturalHeight);
    if (getComputedStyle(image).objectFit !== 'contain' && Math.abs(rate - 1) > 0.03) found.push(`${called(image)} is distorted`);
    for (let above = image; above; above = above.parentElement) {
      if (view.getComputedStyle(above).filter !== 'none') found.push(`${called(above)} filters an image`);
    }
  }
  // Contrast by WCAG 2.2, success criterion 1.4.3, before the reader's ground.
  const numbers = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const over = ([r, g, b, a = 1], ground) => [r, g, b].map((value, i) => value * a + ground[i] * (1 - a));
  const light = (color) => color.map((value) => value / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const page = [1, 3, 5].map((at) => parseInt(background.slice(at, at + 2), 16));
  const faint = new Set();
  const walker = doc.createTreeWalker(doc.body, view.NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest('svg')) continue;
    const chain = [];
    for (let above = element; above; above = above.parentElement) chain.unshift(above);
    let ground = page;
    let opacity = 1;
    chain.slice(1).forEach((above) => {
      const style = view.getComputedStyle(above);
      ground = over(numbers(style.backgroundColor).length === 3 ? [...numbers(style.backgroundColor), 1] : numbers(style.backgroundColor), ground);
      opacity *= Number(style.opacity);
    });
    const [r, g, b, a = 1] = numbers(view.getComputedStyle(element).color);
    const [one, other] = [light(over([r, g, b, a * opacity], ground)), light(ground)].sort((a, b) => b - a);
    const contrast = (one + 0.05) / (other + 0.05);
    if (contrast < 4.5) faint.add(`${called(element)} has a contrast of ${contrast.toFixed(1)} to 1`);
  }
  found.push(...[...faint].slice(0, 3));
  if (wantsPopUps) {
    const calls = [...doc.querySelectorAll('[role="doc-noteref"], [role="doc-biblioref"]')];
    for (const call of calls.slice(0, 6)) {
      const href = call.getAttribute('href');
      const target = doc.getElementById(href.split('#')[1]);
      const said = await window.reader.popUp(call);
      if (!said) found.push(`nothing pops up for ${href}`);
      else if (target && said.replace(/\s+/g, ' ') !== target.textContent.trim().replace(/\s+/g, ' ')) {
        found.push(`what pops up for ${href} is not the note: ${said.slice(0, 60)}`);
      }
    }
  }
  return found;
}

function serve() {
  const types = { '.js': 'text/javascript', '.html': 'text/html', '.epub': 'application/epub+zip', '.css': 'text/css' };
  const server = http.createServer((request, response) => {
    const url = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const name = path.basename(url, '.html');
    const file = url === '/book.epub' ? book : path.join(readers, 'node_modules', path.normalize(url).replace(/^\/lib\//, ''));
    if (PAGES[name] && url.endsWith('.html')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end(PAGES[name]);
    } else if (fs.existsSync(file) && fs.statSync(file).isFile()) {
      response.writeHead(200, { 'content-type': types[path.extname(url)] ?? 'application/octet-stream' });
      fs.createReadStream(file).pipe(response);
    } else {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function main() {
  const server = await serve();
  const address = `http://127.0.0.1:${server.address().port}`;
  const browser = await puppeteer.launch({ timeout: 120000, protocolTimeout: 120000 });
  const findings = new Set();
  let documents = 0;
  let popUps = 0;
  try {
    for (const name of Object.keys(PAGES)) {
      for (const mode of ['light', 'dark']) {
        for (const width of WIDTHS) {
          const where = `${name}, ${mode}, ${width} px`;
          const page = await browser.newPage();
          page.on('pageerror', (error) => findings.add(`${where}: ${error.message}`));
          page.on('requestfailed', (request) => findings.add(`${where}: not loaded: ${request.url().slice(0, 120)}`));
          page.on('console', (message) => {
            // What foliate-js does to every book.
            const own = message.text().startsWith('An iframe which has both allow-scripts and allow-same-origin');
            if (['error', 'warning', 'warn'].includes(message.type()) && !own) findings.add(`${where}: console: ${message.text().slice(0, 200)}`);
          });
          await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: mode }]);
          await page.setViewport({ width, height: HEIGHT });
          await page.goto(`${address}/${name}.html`);
          await page.waitForFunction(() => window.ready);
          const sections = await page.evaluate((css) => window.reader.open(css), STYLES[mode]);
          for (const [index, section] of sections.entries()) {
            const wantsPopUps = name === 'foliate-js' && mode === 'light' && width === WIDTHS[0];
            const found = await page.evaluate(examine, index, mode, BACKGROUND[mode], wantsPopUps);
            found.forEach((what) => findings.add(`${where}: ${section}: ${what}`));
            documents += 1;
            popUps += wantsPopUps ? 1 : 0;
            if (pictures && name === 'foliate-js') {
              fs.mkdirSync(pictures, { recursive: true });
              await page.screenshot({ path: path.join(pictures, `${String(index).padStart(2, '0')}-${path.parse(section).name}-${mode}-${width}.png`) });
            }
          }
          await page.close();
        }
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
  for (const finding of findings) console.log(finding);
  if (documents === 0 || popUps === 0) console.log('no document was looked at');
  process.exitCode = findings.size || !documents || !popUps ? 1 : 0;
}

main().catch((error) => {
  console.log(String(error?.stack ?? error));
  process.exit(2);
});
