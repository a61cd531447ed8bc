-- pandoc lua typ.lua PROJECT OUT: the topics of corpus.py as Typst markup that is ready to be set.
--
--   OUT/t0001.typ   a topic by itself, its citations resolved by pandoc
--   OUT/book.typ    all topics, a chapter each, with a table of contents and one list of works
--
-- So that pandoc costs nothing where pages are timed. Pictures are named from PROJECT's root.
local project, out = arg[1], arg[2]

local function read(path)
  local file = assert(io.open(path))
  local text = file:read('a')
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, 'w'))
  file:write(text)
  file:close()
end

local works = {}
for _, work in ipairs(pandoc.read(read(project .. '/sources/refs.bib'), 'biblatex').meta.references) do
  works[pandoc.utils.stringify(work.id)] = work
end

-- References to figures are words, pictures are found, and the works that are cited are at hand.
local function ready(doc)
  local cited, seen = {}, {}
  doc = doc:walk {
    Cite = function(cite)
      for _, one in ipairs(cite.citations) do
        if one.id:match('^fig%-') then return pandoc.Str('Figure') end
        if not seen[one.id] then
          seen[one.id] = true
          cited[#cited + 1] = works[one.id]
        end
      end
    end,
    Image = function(image)
      image.src = '/sources/' .. image.src
      image.attributes = { width = image.attributes.width, alt = image.attributes.alt }
      return image
    end,
  }
  doc.meta.references = cited
  doc = pandoc.utils.citeproc(doc)
  doc.meta.references = nil
  return doc
end

local template = pandoc.template.compile(pandoc.template.default('typst'))
local options = pandoc.WriterOptions { template = template }
-- Justified, as pandoc's template has each topic by itself, and as Recto sets books: on the same
-- paper, with the same margins, in type of the same size, and each chapter on a page of its own.
local chapters = {
  '#set page(paper: "iso-b5", margin: (inside: 24mm, outside: 26mm, y: 24mm), numbering: "1")',
  '#set text(size: 10.5pt, lang: "en")',
  '#set par(justify: true)',
  '#show heading.where(level: 1): it => pagebreak(weak: true) + it',
  '#outline(depth: 2)',
}
local book = pandoc.Pandoc {}
local names = pandoc.system.list_directory(project .. '/sources')
table.sort(names)
for _, name in ipairs(names) do
  local id = name:match('^(t%d+)%.md$')
  if id then
    local doc = pandoc.read(read(project .. '/sources/' .. name), 'markdown+mark')
    local title = doc.meta.title
    write(out .. '/' .. id .. '.typ', pandoc.write(ready(doc), 'typst-citations', options))
    book.blocks:insert(pandoc.Header(1, title))
    doc = doc:walk {
      Header = function(header) return pandoc.Header(header.level, header.content) end,
      Figure = function(figure)
        figure.identifier = ''
        return figure
      end,
    }
    book.blocks:extend(doc.blocks)
  end
end
chapters[#chapters + 1] = pandoc.write(ready(book), 'typst-citations')
write(out .. '/book.typ', table.concat(chapters, '\n') .. '\n')
