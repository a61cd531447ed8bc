#!/usr/bin/env python3
"""A project of N invented topics, the same ones every time.

    corpus.py N FOLDER [--images 50] [--distinct] [--cards]

Topic i depends on i only: the corpus of 100 is the start of that of 1,000. A
topic has six sections of 4 to 8 bullets, one in four with bullets below it, 1 to
3 citations of 200 works, and 2 figures of about 80 kB from a pool of 50 (with
`--distinct`, each topic has its own: the pool's, each with a comment of its own).
With `--cards`, a topic asks for 20 things: 16 bullets have a marked word, and each
figure two arrows, which are the pool's.
Nothing in it is medical advice. Needs numpy and Pillow.
"""
import argparse
import io
import pathlib
import random

SEED = 7
SECTIONS = ["General considerations", "Clinical findings", "Imaging findings",
            "Differential diagnosis", "Treatment", "Complications"]

ADJ = """acute chronic diffuse focal bilateral unilateral progressive recurrent
benign malignant infiltrative cystic solid haemorrhagic necrotic calcified
idiopathic congenital acquired subclinical atypical multifocal segmental
paraseptal centrilobular perihilar subpleural periventricular subcortical
hyperdense hypodense isointense T2-hyperintense lobulated spiculated
well-defined ill-defined eccentric concentric reactive ischaemic embolic
autoimmune granulomatous fibrosing obstructive restrictive vasculitic""".split()
ORGAN = """lung liver kidney pancreas spleen thyroid adrenal bowel colon
oesophagus stomach bladder prostate ovary uterus breast brain cerebellum
pituitary orbit sinus larynx trachea mediastinum pericardium myocardium aorta
femur tibia humerus scapula vertebra sacrum hip knee shoulder wrist""".split()
LESION = """adenoma carcinoma lymphoma sarcoma metastasis abscess empyema
infarction haematoma aneurysm dissection fistula stricture hernia effusion
oedema fibrosis cirrhosis hyperplasia dysplasia sclerosis osteomyelitis
arthropathy neuropathy vasculitis pneumonitis hepatitis nephritis colitis
thrombosis embolism stenosis perforation cyst pseudocyst haemangioma
hamartoma meningioma schwannoma neurofibroma""".split()
SIGN = """fever|weight loss|night sweats|dyspnoea on exertion|pleuritic chest pain|
haemoptysis|jaundice|pruritus|flank pain|haematuria|morning stiffness|headache|
ataxia|diplopia|dysphagia|hoarseness|palpitations|peripheral oedema|
clubbing of the fingers|lymphadenopathy|reduced breath sounds|guarding|
rebound tenderness|orthostatic hypotension|polyuria|polydipsia|paraesthesia|
foot drop|proximal muscle weakness|an incidental finding in an asymptomatic patient"""
SIGN = [s.strip() for s in SIGN.replace("\n", " ").split("|")]
MODALITY = ["CT", "contrast-enhanced CT", "MRI", "ultrasound", "radiography",
            "FDG PET/CT", "CT angiography", "diffusion-weighted MRI",
            "Doppler ultrasound", "fluoroscopy"]
PATTERN = """ground-glass opacity|a tree-in-bud pattern|rim enhancement|
delayed washout|restricted diffusion|a fluid–fluid level|wall thickening|
fat stranding|air bronchograms|septal thickening|cortical destruction|
periosteal reaction|a target sign|homogeneous enhancement|a central scar|
susceptibility artefact|mass effect|a feeding vessel|layering calcification"""
PATTERN = [s.strip() for s in PATTERN.replace("\n", " ").split("|")]
DRUG = """amoxicillin prednisolone methotrexate rituximab azathioprine heparin
apixaban furosemide ramipril metformin levothyroxine ciclosporin cisplatin
doxorubicin imatinib tocilizumab colchicine ibuprofen omeprazole vancomycin
ceftriaxone fluconazole aciclovir isoniazid""".split()
PROC = ["surgical resection", "percutaneous drainage", "endovascular embolisation",
        "radiofrequency ablation", "stereotactic radiotherapy", "biopsy",
        "endoscopic stenting", "watchful waiting", "physiotherapy",
        "transplantation", "shunt placement", "thrombectomy"]
MARKER = ["PaO~2~ below 8 kPa", "PaCO~2~ above 6.5 kPa", "leucocytes above 12 × 10^9^/L",
          "HbA~1c~ above 48 mmol/mol", "Ca^2+^ above 2.75 mmol/L",
          "vitamin B~12~ below 150 pmol/L", "eGFR below 30 mL/min/1.73 m^2^",
          "platelets below 50 × 10^9^/L", "FEV~1~ below 50% of predicted",
          "HCO~3~^−^ below 15 mmol/L", "an SUV~max~ above 4", "T~1/2~ of about 6 h"]
POP = ["women aged 20–40 years", "men over 60 years", "children under 5 years",
       "smokers", "patients on long-term dialysis", "immunosuppressed patients",
       "carriers of a *BRCA1* variant", "patients with HLA-B27",
       "premature neonates", "athletes"]
SURNAME = """Almqvist Berger Castellanos Dupont Eriksen Fischer García Hughes Ito
Jansen Kowalski Lindqvist Müller Nakamura O’Brien Petrov Quist Rossi Sørensen
Tanaka Urbán Varga Weiss Xu Yılmaz Zhang""".split()
JOURNAL = ["Journal of Invented Radiology", "Annals of Simulated Medicine",
           "European Review of Synthetic Surgery", "Clinical Placeholder Letters",
           "Archives of Generated Pathology", "Benchmark Imaging"]


def sentence(r, section):
    a, b = r.choice(ADJ), r.choice(ADJ)
    o, q = r.choice(ORGAN), r.choice(ORGAN)
    les, les2 = r.choice(LESION), r.choice(LESION)
    sg, sg2 = r.sample(SIGN, 2)
    m, pt, pt2 = r.choice(MODALITY), *r.sample(PATTERN, 2)
    d, d2 = r.sample(DRUG, 2)
    pr, mk, pop = r.choice(PROC), r.choice(MARKER), r.choice(POP)
    n, k = r.randint(2, 95), r.randint(2, 24)
    forms = {
        SECTIONS[0]: [
            f"**{a.capitalize()} {les}** of the {o} accounts for about {n}% of {b} lesions and is most common in {pop}",
            f"Incidence is {k} per 100 000 a year; the {o} and the {q} are involved together in {n}% of cases",
            f"Pathogenesis: *{a}* injury of the {o} leads to {les}, then to {b} {les2}",
            f"Risk factors include previous {les2}, exposure to {d} and {mk}",
            f"Usually {a}; a {b} form is seen in {pop} and carries a worse prognosis"],
        SECTIONS[1]: [
            f"Presents with **{sg}** and {sg2}, typically over {k} weeks",
            f"{sg.capitalize()} is seen in {n}% of patients; {sg2} suggests *{b}* disease of the {o}",
            f"Laboratory findings: {mk}, often with {r.choice(MARKER)}",
            f"In {pop}, {sg} may be the only sign of {a} {les}",
            f"The {o} is tender on palpation when {les} is {b}"],
        SECTIONS[2]: [
            f"**{m}**: {pt} in the {o}, {a} in {n}% of cases, with or without {pt2}",
            f"{m} shows a {a}, {b} mass of {k} mm with {pt}",
            f"*{pt.capitalize()}* on {m} is highly suggestive, but is absent in {pop}",
            f"After contrast the {les} shows {pt2} within {k} min",
            f"Use {m} to exclude {les2} of the {q} when {mk}"],
        SECTIONS[3]: [
            f"**{a.capitalize()} {les} of the {o}** – {pt} on {m}; no {sg}",
            f"*{b.capitalize()} {les2}* – {mk}, {sg} and {pt}",
            f"{les.capitalize()} of the {q}: older patients, {pt2} in {n}%",
            f"{a.capitalize()} {les2} – distinguished by {m} and by its response to {d}"],
        SECTIONS[4]: [
            f"First line: **{d}** {k * 25} mg every {r.choice([6, 8, 12, 24])} h for {k} days",
            f"{pr.capitalize()} when {mk} or when {sg} persists for more than {k} weeks",
            f"Add *{d2}* in {pop}; avoid {d} in {b} {les2}",
            f"Follow-up with {m} at {k} months; discharge if no {pt}",
            f"Refer {pop} with {a} disease for {pr}"],
        SECTIONS[5]: [
            f"**{les2.capitalize()}** of the {q} in up to {n}%, mostly {a}",
            f"{a.capitalize()} {les} after {pr}; suspect it when {mk}",
            f"Recurrence within {k} months is seen in {n}% and is {b} in {pop}",
            f"Late effects of *{d}*: {sg} and {sg2}",
            f"Mortality is {r.randint(1, 30)}% when the {o} and the {q} are both involved"],
    }
    return r.choice(forms[section])


def topic(i, keys, images, distinct, cards):
    r = random.Random(f"{SEED}-topic-{i}")
    organ, lesion = r.choice(ORGAN), r.choice(LESION)
    title = f"{r.choice(ADJ).capitalize()} {lesion} of the {organ} ({i:04d})"
    body = []                                  # (section, [(bullet, [nested])])
    for s in SECTIONS:
        bullets = []
        for _ in range(r.randint(4, 8)):
            nested = [sentence(r, s) for _ in range(r.randint(1, 3))] if r.random() < .25 else []
            bullets.append([sentence(r, s), nested])
        body.append((s, bullets))
    flat = [b for _, bl in body for b in bl]
    ncite = r.randint(1, 3)
    for key, b in zip(r.sample(keys, ncite), r.sample(flat, ncite)):
        b[0] += f" [@{key}]"
    for b in r.sample(flat, 16 if cards else 6):                # what is to be learned
        words = b[0].split(" ")
        plain = [n for n, w in enumerate(words) if w.isalpha()]
        if plain:
            n = r.choice(plain)
            words[n] = f"=={words[n]}=="
            b[0] = " ".join(words)
    figs = r.sample(range(images), 2)
    for n, b in enumerate(r.sample(flat, 2)):
        b[0] += f" (@fig-t{i:04d}-{n})"
    out = ["---", f'title: "{title}"', f"id: t{i:04d}", f"tags: [{lesion}, {organ}]", "---", ""]
    for n, (s, bullets) in enumerate(body):
        out += [f"## {s}", ""]
        for b, nested in bullets:
            out.append(f"- {b}")
            out += [f"    - {x}" for x in nested]
        out.append("")
        if n in (2, 4):                        # after imaging and after treatment
            f = 0 if n == 2 else 1
            file = f"own{i:04d}-{f}.jpg" if distinct else f"fig{figs[f]:02d}.jpg"
            m, p, a = r.choice(MODALITY), r.choice(PATTERN), r.choice(ADJ)
            if cards:
                out += layered(f"fig-t{i:04d}-{f}", figs[f], f"{m} of the {organ}", p)
                continue
            out += [f"![{m} of the {organ}: {p} (*center*) in {a} {lesion}.](images/{file}){{#fig-t{i:04d}-{f}",
                    f'  alt="{m} of the {organ} with {p}." credit="A. Example" license=CC0-1.0 width=70%}}', ""]
    return "\n".join(out), figs


def layered(label, number, what, pattern):
    r = random.Random(f"{SEED}-marks-{number}")
    places = [[r.randint(25, 75) for _ in range(2)] for _ in range(2)]
    arrow = [f"{{tip: [{x}%, {y}%], tail: [{x - 10}%, {y - 12}%]}}" for x, y in places]
    return ["```figure", f"label: {label}", f"image: images/fig{number:02d}.jpg",
            f"alt: {what} with {pattern}.", f"caption: {what}. {{one}} and {{two}}.", "credit: A. Example",
            "license: CC0-1.0", "marks:", f"  one: {{means: {pattern}, color: white, arrows: [{arrow[0]}]}}",
            f"  two: {{means: {r.choice(PATTERN)} {number}, color: red, arrows: [{arrow[1]}]}}", "```", ""]


def refs(n):
    r = random.Random(f"{SEED}-refs")
    keys, out = [], []
    for i in range(n):
        who, year = r.sample(SURNAME, r.randint(1, 6)), r.randint(1995, 2025)
        key = f"ref{i:03d}_{year}"
        keys.append(key)
        p = r.randint(1, 900)
        authors = " and ".join(f"{w}, {r.choice('ABCDEFGHJKLM')}. {r.choice('ABCDEFGHJKLM')}." for w in who)
        out.append(f"@article{{{key},\n  author = {{{authors}}},\n"
                   f"  title = {{{r.choice(ADJ).capitalize()} {r.choice(LESION)} of the {r.choice(ORGAN)}: "
                   f"a study of {r.choice(PATTERN)} in {r.choice(ADJ)} disease}},\n"
                   f"  journal = {{{r.choice(JOURNAL)}}},\n  year = {{{year}}},\n"
                   f"  volume = {{{r.randint(1, 90)}}},\n  number = {{{r.randint(1, 12)}}},\n"
                   f"  pages = {{{p}--{p + r.randint(3, 20)}}},\n"
                   f"  doi = {{10.9999/bench.{i:04d}}}\n}}\n")
    return keys, "\n".join(out)


def image(i, target=80_000):
    """A scan-like picture: ellipses, smooth texture and noise, tuned to ~80 kB."""
    import numpy as np
    from PIL import Image
    g = np.random.default_rng([SEED, i])
    w, h = 1200, 900
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    a = np.zeros((h, w), np.float32)
    for _ in range(14):
        cx, cy = g.uniform(.2, .8) * w, g.uniform(.2, .8) * h
        rx, ry, t = g.uniform(40, 420), g.uniform(40, 320), g.uniform(0, np.pi)
        u = ((x - cx) * np.cos(t) + (y - cy) * np.sin(t)) / rx
        v = (-(x - cx) * np.sin(t) + (y - cy) * np.cos(t)) / ry
        a += g.uniform(-30, 60) / (1 + np.exp(np.clip(((u * u + v * v) - 1) * 14, -60, 60)))
    small = g.normal(0, 14, (h // 12, w // 12)).astype(np.float32)
    tex = np.asarray(Image.fromarray(small).resize((w, h), Image.Resampling.BICUBIC))
    img = Image.fromarray(np.clip(a + tex + g.normal(0, 6, (h, w)) + 60, 0, 255).astype(np.uint8), "L")
    best, lo, hi = b"", 5, 95                  # bisect for the quality nearest the target
    while lo <= hi:
        q, buf = (lo + hi) // 2, io.BytesIO()
        img.save(buf, "JPEG", quality=q, optimize=True)
        d = buf.getvalue()
        if abs(len(d) - target) < abs(len(best) - target):
            best = d
        lo, hi = (q + 1, hi) if len(d) < target else (lo, q - 1)
    return best


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("n", type=int)
    ap.add_argument("out", type=pathlib.Path)
    ap.add_argument("--images", type=int, default=50)
    ap.add_argument("--distinct", action="store_true")
    ap.add_argument("--cards", action="store_true")
    a = ap.parse_args()
    pool = a.out / "pool"
    sources = a.out / "sources"
    (sources / "images").mkdir(parents=True, exist_ok=True)
    pool.mkdir(exist_ok=True)
    for i in range(a.images):
        path = pool / f"fig{i:02d}.jpg"
        if not path.exists():
            path.write_bytes(image(i))
        if not a.distinct:
            (sources / "images" / path.name).write_bytes(path.read_bytes())
    keys, bib = refs(200)
    (sources / "refs.bib").write_text(bib)
    (a.out / "recto.yaml").write_text("title: Benchmark\n")
    for i in range(1, a.n + 1):
        text, figs = topic(i, keys, a.images, a.distinct, a.cards)
        (sources / f"t{i:04d}.md").write_text(text)
        for n, f in enumerate(figs if a.distinct else []):
            jpeg = (pool / f"fig{f:02d}.jpg").read_bytes()
            note = f"{i}-{n}".encode()
            comment = b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note
            (sources / "images" / f"own{i:04d}-{n}.jpg").write_bytes(jpeg[:2] + comment + jpeg[2:])


if __name__ == "__main__":
    main()
