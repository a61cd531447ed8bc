// Takes screenshots of pages with the browser library that Ace brings.
//
//     node shots.js FOLDER_OF_ACE FOLDER SCREENS light|dark [SCALE:]NAME=WIDTHxHEIGHT... <paths of the pages
//
// Every page is opened in every size and photographed screen by screen, at most SCREENS times, into
// FOLDER: 001-page-NAME.png, 001-page-NAME-2.png, ... With 0 the whole page goes into one picture.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const [ace, folder, screens, mode, ...sizes] = process.argv.slice(2);
const puppeteer = require(require.resolve('puppeteer', { paths: [ace] }));

// What a dark reading system puts below a book's own style sheet.
const DARK = 'html { background: #121212; color: #e0e0e0 } a:link, a:visited { color: #8ab4f8 }';

async function shoot(page, file, stem, width, height) {
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  if (mode === 'dark') {
    await page.evaluate((css) => {
      const style = document.createElement('style');
      style.textContent = css;
      document.head.prepend(style);
    }, DARK);
  }
  const root = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return { width: scrollWidth, height: scrollHeight };
  });
  if (root.width > width) {
    console.log(`${stem}: wider than the screen, ${root.width} of ${width} pixels`);
  }
  if (screens === '0') {
    await page.screenshot({ path: `${stem}.png`, fullPage: true });
    return;
  }
  for (let i = 0; i < Number(screens) && i * height < root.height; i++) {
    const clip = { x: 0, y: i * height, width, height: Math.min(height, root.height - i * height) };
    await page.screenshot({ path: `${stem}${i ? `-${i + 1}` : ''}.png`, clip, captureBeyondViewport: true });
  }
}

async function main() {
  const files = fs.readFileSync(0, 'utf8').split('\n').filter(Boolean);
  const browser = await puppeteer.launch({ timeout: 120000, protocolTimeout: 120000 });
  try {
    const page = await browser.newPage();
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: mode }]);
    for (const [n, file] of files.entries()) {
      for (const size of sizes) {
        const [, scale, name, width, height] = size.match(/^(?:(\d+):)?(\w+)=(\d+)x(\d+)$/);
        await page.setViewport({ width: Number(width), height: Number(height), deviceScaleFactor: Number(scale ?? 1) });
        const stem = `${String(n + 1).padStart(3, '0')}-${path.parse(file).name}-${name}`;
        await shoot(page, file, path.join(folder, stem), Number(width), Number(height));
      }
    }
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
