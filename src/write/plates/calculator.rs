//! Functions that are written down as steps of a calculator: ISO 32000-1, 7.10.5.

/// The most numbers on the stack: annex C.2.
const MAX_STACK: usize = 100;
/// How deeply steps lie in each other.
const MAX_DEPTH: usize = 32;

/// A step.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Number(f64),
    /// An operator, by its name.
    Do(String),
    /// What is done if a condition holds, and what if not.
    If(Vec<Step>, Vec<Step>),
}

/// A function, ready to be used.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Calculator(Vec<Step>);

impl Calculator {
    /// Reads a function; `None` if it is none.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?.replace('{', " { ").replace('}', " } ");
        let mut words = text.split_ascii_whitespace();
        if words.next() != Some("{") {
            return None;
        }
        steps(&mut words, 0).map(Self)
    }

    /// Returns what it makes of numbers; `None` if it cannot.
    pub(super) fn value(&self, numbers: &[f64]) -> Option<Vec<f64>> {
        let mut stack = numbers.to_vec();
        run(&self.0, &mut stack)?;
        Some(stack)
    }
}

/// Reads steps up to the bracket that closes them.
fn steps<'a>(words: &mut impl Iterator<Item = &'a str>, depth: usize) -> Option<Vec<Step>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut done = Vec::new();
    let mut blocks: Vec<Vec<Step>> = Vec::new();
    loop {
        match words.next()? {
            "}" => return blocks.is_empty().then_some(done),
            "{" => blocks.push(steps(words, depth + 1)?),
            "if" => done.push(Step::If(blocks.pop()?, Vec::new())),
            "ifelse" => {
                let otherwise = blocks.pop()?;
                done.push(Step::If(blocks.pop()?, otherwise));
            }
            word => done.push(match word.parse() {
                Ok(number) => Step::Number(number),
                Err(_) => Step::Do(word.to_owned()),
            }),
        }
    }
}

fn run(steps: &[Step], stack: &mut Vec<f64>) -> Option<()> {
    for step in steps {
        match step {
            Step::Number(number) => stack.push(*number),
            Step::If(then, otherwise) => {
                let holds = stack.pop()? != 0.0;
                run(if holds { then } else { otherwise }, stack)?;
            }
            Step::Do(name) => operate(name, stack)?,
        }
        if stack.len() > MAX_STACK {
            return None;
        }
    }
    Some(())
}

/// Truth is 1 and falsehood 0, with which `and`, `or` and `not` of both kinds agree.
fn operate(name: &str, stack: &mut Vec<f64>) -> Option<()> {
    let truth = |is_it: bool| if is_it { 1.0 } else { 0.0 };
    match name {
        "pop" | "exch" | "dup" | "copy" | "index" | "roll" => return arrange(name, stack),
        "true" | "false" => {
            stack.push(truth(name == "true"));
            return Some(());
        }
        _ => {}
    }
    let last = stack.pop()?;
    let one = match name {
        "abs" => Some(last.abs()),
        "neg" => Some(-last),
        "ceiling" => Some(last.ceil()),
        "floor" => Some(last.floor()),
        "round" => Some((last + 0.5).floor()),
        "truncate" | "cvi" => Some(last.trunc()),
        "cvr" => Some(last),
        "sqrt" => Some(last.max(0.0).sqrt()),
        "sin" => Some(last.to_radians().sin()),
        "cos" => Some(last.to_radians().cos()),
        "ln" => Some(last.ln()),
        "log" => Some(last.log10()),
        "not" => Some(truth(last == 0.0)),
        _ => None,
    };
    if let Some(value) = one {
        stack.push(value);
        return Some(());
    }
    let first = stack.pop()?;
    let (whole, other) = (first.trunc(), last.trunc());
    stack.push(match name {
        "add" => first + last,
        "sub" => first - last,
        "mul" => first * last,
        "div" => first / last,
        "idiv" => (whole / other).trunc(),
        "mod" => whole % other,
        "exp" => first.powf(last),
        // From 0 to 360 degrees.
        "atan" => first.atan2(last).to_degrees().rem_euclid(360.0),
        "eq" => truth(first == last),
        "ne" => truth(first != last),
        "gt" => truth(first > last),
        "ge" => truth(first >= last),
        "lt" => truth(first < last),
        "le" => truth(first <= last),
        "and" => truth(first != 0.0 && last != 0.0),
        "or" => truth(first != 0.0 || last != 0.0),
        "xor" => truth((first != 0.0) != (last != 0.0)),
        _ => return None,
    });
    Some(())
}

/// Moves numbers on the stack.
fn arrange(name: &str, stack: &mut Vec<f64>) -> Option<()> {
    let count = |number: f64| (0.0..=MAX_STACK as f64).contains(&number).then_some(number as usize);
    match name {
        "pop" => drop(stack.pop()?),
        "dup" => stack.push(*stack.last()?),
        "exch" => {
            let (last, first) = (stack.pop()?, stack.pop()?);
            stack.extend([last, first]);
        }
        "copy" => {
            let count = count(stack.pop()?)?;
            let start = stack.len().checked_sub(count)?;
            stack.extend_from_within(start..);
        }
        "index" => {
            let back = count(stack.pop()?)?;
            stack.push(*stack.get(stack.len().checked_sub(back + 1)?)?);
        }
        _ => {
            let turns = stack.pop()?;
            let count = count(stack.pop()?)?;
            let start = stack.len().checked_sub(count)?;
            if count > 0 {
                let turns = turns.rem_euclid(count as f64) as usize;
                stack.get_mut(start..)?.rotate_right(turns);
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, numbers: &[f64]) -> Option<Vec<f64>> {
        Calculator::read(text.as_bytes())?.value(numbers)
    }

    #[test]
    fn steps_are_done_in_turn() {
        assert_eq!(value("{2 copy add 3 1 roll mul}", &[3.0, 4.0]), Some(vec![7.0, 12.0]));
        assert_eq!(value("{dup 0 lt {neg}{10 mul} ifelse}", &[-2.0]), Some(vec![2.0]));
        assert_eq!(value("{dup 0 lt {neg}{10 mul} ifelse}", &[2.0]), Some(vec![20.0]));
        assert_eq!(value("{1 index exch atan}", &[-1.0, 0.0]), Some(vec![-1.0, 270.0]));
        assert_eq!(value("{7 2 idiv 7 3 mod true}", &[]), Some(vec![3.0, 1.0, 1.0]));
    }

    #[test]
    fn what_is_no_function_is_none() {
        for text in ["", "1", "{", "{1 2", "{ {1} }", "{frobnicate}", "{pop}", "{-1 copy}"] {
            assert_eq!(value(text, &[]), None, "{text}");
        }
        assert_eq!(value(&"{".repeat(1000), &[]), None);
        let many = format!("{{{}}}", "1 ".repeat(1000));
        assert_eq!(value(&many, &[]), None);
    }
}
