//! What captions call marks: "white arrows", "weiße Pfeile", "ellipse A".

use crate::model::{Color, Figure, Language, Letter, Mark, MarkForm, MarkId, Style};

/// Returns what captions and cards call a mark of a figure, counted over all of
/// its panels: the author's own words; else its form with its letter, or with
/// its color, and with its style if the author chose that. `None` if nothing is
/// drawn for it.
pub fn mark_wording(language: &Language, figure: &Figure, id: &MarkId) -> Option<String> {
    let marks: Vec<&Mark> = figure.marks().filter(|mark| mark.id.value == *id).collect();
    if let Some(called) = marks.iter().find_map(|mark| mark.called.clone()) {
        return Some(called);
    }
    let drawn: Vec<&&Mark> = marks.iter().filter(|mark| !mark.shapes.is_empty()).collect();
    let first = drawn.first()?;
    let form = drawn
        .iter()
        .filter_map(|mark| mark.form())
        .reduce(|joined, form| if joined == form { form } else { MarkForm::Several })?;
    let look = Look {
        form,
        color: first.color,
        style: first.names_style.then_some(first.style),
        letter: first.letter.as_ref(),
        many: drawn.iter().map(|mark| mark.count()).sum::<usize>() != 1,
    };
    Some(wording(language, &look))
}

/// What is said of a mark.
struct Look<'a> {
    form: MarkForm,
    color: Color,
    /// Only where it is said.
    style: Option<Style>,
    letter: Option<&'a Letter>,
    many: bool,
}

fn wording(language: &Language, look: &Look) -> String {
    let words = match language.primary() {
        "de" => &GERMAN,
        "fr" => &FRENCH,
        "es" => &SPANISH,
        "ar" => &ARABIC,
        "ja" => &JAPANESE,
        _ => &ENGLISH,
    };
    let noun = match look.letter {
        Some(letter) if look.form == MarkForm::Letter && letter.is_number() => &words.number,
        _ => words.noun(look.form),
    };
    let name = if look.many { noun.many } else { noun.one };
    if let Some(letter) = look.letter {
        return format!("{name}\u{a0}{}", letter.as_str());
    }
    if matches!(look.form, MarkForm::ScaleBar | MarkForm::Letter) {
        return name.to_owned();
    }
    let color = (words.decline)(words.color(look.color), noun.gender, look.many);
    let style = look.style.map(|style| words.style(style, look.form));
    match style {
        None => words.order.put(name, &color),
        Some(Adjective { word, before, after_color, varies }) => {
            let style = if varies {
                (words.decline)(word, noun.gender, look.many)
            } else {
                word.to_owned()
            };
            match words.order {
                Order::Before => format!("{style} {color} {name}"),
                Order::Joined => format!("{style}{color}{name}"),
                Order::After if before => format!("{style} {name} {color}"),
                Order::After if after_color => format!("{name} {color} {style}"),
                Order::After => format!("{name} {style} {color}"),
            }
        }
    }
}

/// The gender of a noun, for languages whose adjectives follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gender {
    Masculine,
    Feminine,
    Neuter,
}

struct Noun {
    one: &'static str,
    many: &'static str,
    gender: Gender,
}

const fn noun(one: &'static str, many: &'static str, gender: Gender) -> Noun {
    Noun { one, many, gender }
}

/// What a style is called.
#[derive(Debug, Clone, Copy)]
struct Adjective {
    word: &'static str,
    /// Whether it stands before the noun where others do not.
    before: bool,
    /// Whether it stands after the color.
    after_color: bool,
    /// Whether it is declined.
    varies: bool,
}

const fn plain(word: &'static str) -> Adjective {
    Adjective { word, before: false, after_color: false, varies: true }
}

/// Where colors stand.
#[derive(Debug, Clone, Copy)]
enum Order {
    /// Before the noun.
    Before,
    /// Before it, with no space between words.
    Joined,
    /// After it.
    After,
}

impl Order {
    fn put(self, noun: &str, adjective: &str) -> String {
        match self {
            Self::Before => format!("{adjective} {noun}"),
            Self::Joined => format!("{adjective}{noun}"),
            Self::After => format!("{noun} {adjective}"),
        }
    }
}

/// The words of one language.
struct MarkWords {
    /// In the order of [`FORMS`].
    nouns: [Noun; 9],
    /// A digit that stands by itself.
    number: Noun,
    /// In the order of [`Color::ALL`]; of German, the stems.
    colors: [&'static str; 7],
    /// Solid, open and dashed, of arrows.
    arrow_styles: [Adjective; 3],
    /// Solid, double and dashed, of lines and areas.
    line_styles: [Adjective; 3],
    order: Order,
    decline: fn(&str, Gender, bool) -> String,
}

const FORMS: [MarkForm; 9] = [
    MarkForm::Arrow,
    MarkForm::Arrowhead,
    MarkForm::Line,
    MarkForm::Ellipse,
    MarkForm::Rectangle,
    MarkForm::Outline,
    MarkForm::Letter,
    MarkForm::ScaleBar,
    MarkForm::Several,
];

impl MarkWords {
    fn noun(&self, form: MarkForm) -> &Noun {
        let place = FORMS.iter().position(|other| *other == form);
        // All forms are in the list; a test holds that.
        self.nouns.get(place.unwrap_or_default()).unwrap_or(&self.number)
    }

    fn color(&self, color: Color) -> &'static str {
        let place = Color::ALL.iter().position(|other| *other == color);
        self.colors.get(place.unwrap_or_default()).copied().unwrap_or_default()
    }

    fn style(&self, style: Style, form: MarkForm) -> Adjective {
        let [solid, open, dashed] = match form {
            MarkForm::Line | MarkForm::Ellipse | MarkForm::Rectangle | MarkForm::Outline => {
                self.line_styles
            }
            MarkForm::Arrow
            | MarkForm::Arrowhead
            | MarkForm::Letter
            | MarkForm::ScaleBar
            | MarkForm::Several => self.arrow_styles,
        };
        match style {
            Style::Solid => solid,
            Style::Open => open,
            Style::Dashed => dashed,
        }
    }
}

const ENGLISH: MarkWords = MarkWords {
    nouns: [
        noun("arrow", "arrows", Gender::Neuter),
        noun("arrowhead", "arrowheads", Gender::Neuter),
        noun("line", "lines", Gender::Neuter),
        noun("ellipse", "ellipses", Gender::Neuter),
        noun("rectangle", "rectangles", Gender::Neuter),
        noun("outline", "outlines", Gender::Neuter),
        noun("letter", "letters", Gender::Neuter),
        noun("scale bar", "scale bars", Gender::Neuter),
        noun("mark", "marks", Gender::Neuter),
    ],
    number: noun("number", "numbers", Gender::Neuter),
    colors: ["white", "black", "red", "yellow", "green", "blue", "orange"],
    arrow_styles: [plain("solid"), plain("open"), plain("dashed")],
    line_styles: [plain("solid"), plain("double"), plain("dashed")],
    order: Order::Before,
    decline: |word, _, _| word.to_owned(),
};

const GERMAN: MarkWords = MarkWords {
    nouns: [
        noun("Pfeil", "Pfeile", Gender::Masculine),
        noun("Pfeilspitze", "Pfeilspitzen", Gender::Feminine),
        noun("Linie", "Linien", Gender::Feminine),
        noun("Ellipse", "Ellipsen", Gender::Feminine),
        noun("Rechteck", "Rechtecke", Gender::Neuter),
        noun("Umriss", "Umrisse", Gender::Masculine),
        noun("Buchstabe", "Buchstaben", Gender::Masculine),
        noun("Maßstab", "Maßstäbe", Gender::Masculine),
        noun("Markierung", "Markierungen", Gender::Feminine),
    ],
    number: noun("Ziffer", "Ziffern", Gender::Feminine),
    colors: ["weiß", "schwarz", "rot", "gelb", "grün", "blau", "orangefarben"],
    arrow_styles: [plain("ausgefüllt"), plain("offen"), plain("gestrichelt")],
    line_styles: [plain("durchgezogen"), plain("doppelt"), plain("gestrichelt")],
    order: Order::Before,
    decline: german,
};

/// The strong nominative, as it stands in brackets.
fn german(stem: &str, gender: Gender, many: bool) -> String {
    let ending = match (gender, many) {
        (Gender::Masculine, false) => "er",
        (Gender::Neuter, false) => "es",
        (Gender::Feminine, false) | (_, true) => "e",
    };
    format!("{stem}{ending}")
}

const FRENCH: MarkWords = MarkWords {
    nouns: [
        noun("flèche", "flèches", Gender::Feminine),
        noun("tête de flèche", "têtes de flèche", Gender::Feminine),
        noun("ligne", "lignes", Gender::Feminine),
        noun("ellipse", "ellipses", Gender::Feminine),
        noun("rectangle", "rectangles", Gender::Masculine),
        noun("contour", "contours", Gender::Masculine),
        noun("lettre", "lettres", Gender::Feminine),
        noun("barre d’échelle", "barres d’échelle", Gender::Feminine),
        noun("repère", "repères", Gender::Masculine),
    ],
    number: noun("chiffre", "chiffres", Gender::Masculine),
    colors: ["blanc", "noir", "rouge", "jaune", "vert", "bleu", "orange"],
    arrow_styles: [plain("plein"), plain("creux"), DOTTED],
    line_styles: [
        plain("continu"),
        Adjective { word: "double", before: true, after_color: false, varies: true },
        DOTTED,
    ],
    order: Order::After,
    decline: french,
};

const DOTTED: Adjective =
    Adjective { word: "en pointillés", before: false, after_color: true, varies: false };

fn french(word: &str, gender: Gender, many: bool) -> String {
    // A noun used as an adjective does not vary.
    if word == "orange" {
        return word.to_owned();
    }
    let feminine = gender == Gender::Feminine;
    let one = match (word, feminine) {
        ("blanc", true) => "blanche".to_owned(),
        ("creux", true) => "creuse".to_owned(),
        (word, true) if !word.ends_with('e') => format!("{word}e"),
        (word, _) => word.to_owned(),
    };
    if many && !one.ends_with('x') { format!("{one}s") } else { one }
}

const SPANISH: MarkWords = MarkWords {
    nouns: [
        noun("flecha", "flechas", Gender::Feminine),
        noun("punta de flecha", "puntas de flecha", Gender::Feminine),
        noun("línea", "líneas", Gender::Feminine),
        noun("elipse", "elipses", Gender::Feminine),
        noun("rectángulo", "rectángulos", Gender::Masculine),
        noun("contorno", "contornos", Gender::Masculine),
        noun("letra", "letras", Gender::Feminine),
        noun("barra de escala", "barras de escala", Gender::Feminine),
        noun("marca", "marcas", Gender::Feminine),
    ],
    number: noun("número", "números", Gender::Masculine),
    colors: ["blanco", "negro", "rojo", "amarillo", "verde", "azul", "naranja"],
    arrow_styles: [plain("sólido"), plain("hueco"), plain("discontinuo")],
    line_styles: [plain("continuo"), plain("doble"), plain("discontinuo")],
    order: Order::After,
    decline: spanish,
};

fn spanish(word: &str, gender: Gender, many: bool) -> String {
    let one = match word.strip_suffix('o') {
        Some(stem) if gender == Gender::Feminine => format!("{stem}a"),
        _ => word.to_owned(),
    };
    match (many, one.ends_with('l')) {
        (false, _) => one,
        (true, true) => format!("{one}es"),
        // As a color, "naranja" stays as it is.
        (true, false) if word == "naranja" => one,
        (true, false) => format!("{one}s"),
    }
}

const ARABIC: MarkWords = MarkWords {
    nouns: [
        noun("سهم", "أسهم", Gender::Masculine),
        noun("رأس سهم", "رؤوس أسهم", Gender::Masculine),
        noun("خط", "خطوط", Gender::Masculine),
        noun("شكل بيضوي", "أشكال بيضوية", Gender::Masculine),
        noun("مستطيل", "مستطيلات", Gender::Masculine),
        noun("حدّ", "حدود", Gender::Masculine),
        noun("حرف", "حروف", Gender::Masculine),
        noun("شريط المقياس", "أشرطة المقياس", Gender::Masculine),
        noun("علامة", "علامات", Gender::Feminine),
    ],
    number: noun("رقم", "أرقام", Gender::Masculine),
    colors: ["أبيض", "أسود", "أحمر", "أصفر", "أخضر", "أزرق", "برتقالي"],
    arrow_styles: [plain("مصمت"), plain("مفرغ"), plain("متقطع")],
    line_styles: [plain("متصل"), plain("مزدوج"), plain("متقطع")],
    order: Order::After,
    decline: arabic,
};

/// What belongs to several things has the form of what belongs to a feminine one.
fn arabic(word: &str, gender: Gender, many: bool) -> String {
    if gender != Gender::Feminine && !many {
        return word.to_owned();
    }
    match word {
        "أبيض" => "بيضاء".into(),
        "أسود" => "سوداء".into(),
        "أحمر" => "حمراء".into(),
        "أصفر" => "صفراء".into(),
        "أخضر" => "خضراء".into(),
        "أزرق" => "زرقاء".into(),
        word => format!("{word}ة"),
    }
}

const JAPANESE: MarkWords = MarkWords {
    nouns: [
        noun("矢印", "矢印", Gender::Neuter),
        noun("矢じり", "矢じり", Gender::Neuter),
        noun("線", "線", Gender::Neuter),
        noun("楕円", "楕円", Gender::Neuter),
        noun("長方形", "長方形", Gender::Neuter),
        noun("輪郭線", "輪郭線", Gender::Neuter),
        noun("文字", "文字", Gender::Neuter),
        noun("スケールバー", "スケールバー", Gender::Neuter),
        noun("印", "印", Gender::Neuter),
    ],
    number: noun("数字", "数字", Gender::Neuter),
    colors: ["白い", "黒い", "赤い", "黄色い", "緑の", "青い", "オレンジ色の"],
    arrow_styles: [plain("塗りつぶしの"), plain("中抜きの"), plain("破線の")],
    line_styles: [plain("実線の"), plain("二重の"), plain("破線の")],
    order: Order::Joined,
    decline: |word, _, _| word.to_owned(),
};

#[cfg(test)]
mod tests {
    use super::*;

    fn say(tag: &str, form: MarkForm, color: Color, style: Option<Style>, many: bool) -> String {
        let look = Look { form, color, style, letter: None, many };
        wording(&Language::new(tag).expect("a tag"), &look)
    }

    fn lettered(tag: &str, form: MarkForm, letter: &str, many: bool) -> String {
        let letter = Letter::new(letter).expect("a letter");
        let look =
            Look { form, color: Color::Red, style: Some(Style::Open), letter: Some(&letter), many };
        wording(&Language::new(tag).expect("a tag"), &look)
    }

    #[test]
    fn marks_are_worded_as_the_language_does() {
        let plain = |tag, form, color, many| say(tag, form, color, None, many);
        assert_eq!(plain("en", MarkForm::Arrow, Color::White, true), "white arrows");
        assert_eq!(plain("en", MarkForm::Several, Color::White, true), "white marks");
        assert_eq!(plain("de", MarkForm::Rectangle, Color::Red, false), "rotes Rechteck");
        assert_eq!(plain("de", MarkForm::Arrowhead, Color::Red, false), "rote Pfeilspitze");
        assert_eq!(plain("fr", MarkForm::Arrow, Color::White, true), "flèches blanches");
        assert_eq!(plain("fr", MarkForm::Arrowhead, Color::Orange, true), "têtes de flèche orange");
        assert_eq!(plain("fr", MarkForm::Outline, Color::Blue, true), "contours bleus");
        assert_eq!(plain("fr", MarkForm::Ellipse, Color::Green, false), "ellipse verte");
        assert_eq!(plain("es", MarkForm::Arrow, Color::Blue, true), "flechas azules");
        assert_eq!(plain("es", MarkForm::Rectangle, Color::Red, true), "rectángulos rojos");
        assert_eq!(plain("es", MarkForm::Arrowhead, Color::Black, false), "punta de flecha negra");
        assert_eq!(plain("es", MarkForm::Line, Color::Orange, true), "líneas naranja");
        assert_eq!(plain("ar", MarkForm::Arrow, Color::White, false), "سهم أبيض");
        assert_eq!(plain("ar", MarkForm::Arrow, Color::White, true), "أسهم بيضاء");
        assert_eq!(plain("ar", MarkForm::Several, Color::Orange, false), "علامة برتقالية");
        assert_eq!(plain("ja", MarkForm::Arrow, Color::White, true), "白い矢印");
        assert_eq!(plain("tr", MarkForm::Ellipse, Color::Yellow, false), "yellow ellipse");
    }

    #[test]
    fn styles_are_worded_where_they_are_said() {
        let open = Some(Style::Open);
        let dashed = Some(Style::Dashed);
        let solid = Some(Style::Solid);
        assert_eq!(say("en", MarkForm::Arrow, Color::Red, open, true), "open red arrows");
        assert_eq!(say("en", MarkForm::Line, Color::Red, open, true), "double red lines");
        assert_eq!(say("de", MarkForm::Arrow, Color::Red, open, true), "offene rote Pfeile");
        assert_eq!(
            say("de", MarkForm::Ellipse, Color::Yellow, dashed, false),
            "gestrichelte gelbe Ellipse"
        );
        assert_eq!(say("fr", MarkForm::Arrow, Color::Red, open, true), "flèches creuses rouges");
        assert_eq!(say("fr", MarkForm::Outline, Color::Red, open, true), "doubles contours rouges");
        assert_eq!(
            say("fr", MarkForm::Ellipse, Color::White, dashed, false),
            "ellipse blanche en pointillés"
        );
        assert_eq!(
            say("fr", MarkForm::Ellipse, Color::White, solid, true),
            "ellipses continues blanches"
        );
        assert_eq!(say("es", MarkForm::Arrow, Color::Red, open, false), "flecha hueca roja");
        assert_eq!(say("ar", MarkForm::Arrow, Color::Red, open, true), "أسهم مفرغة حمراء");
        assert_eq!(say("ja", MarkForm::Line, Color::Green, dashed, true), "破線の緑の線");
        assert_eq!(
            say("es", MarkForm::Rectangle, Color::Green, open, true),
            "rectángulos dobles verdes"
        );
    }

    #[test]
    fn a_letter_says_enough() {
        assert_eq!(lettered("en", MarkForm::Ellipse, "A", false), "ellipse\u{a0}A");
        assert_eq!(lettered("en", MarkForm::Letter, "A", false), "letter\u{a0}A");
        assert_eq!(lettered("en", MarkForm::Letter, "1", false), "number\u{a0}1");
        assert_eq!(lettered("de", MarkForm::Arrow, "B", true), "Pfeile\u{a0}B");
        assert_eq!(lettered("fr", MarkForm::Letter, "A", false), "lettre\u{a0}A");
        assert_eq!(lettered("es", MarkForm::Line, "A", false), "línea\u{a0}A");
        assert_eq!(lettered("de", MarkForm::ScaleBar, "A", false), "Maßstab\u{a0}A");
    }
}
