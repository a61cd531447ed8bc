//! Whether marks can be seen on their pictures, also in gray.
//!
//! A mark keeps apart from its ground by its halo; but a reader who sees the
//! page copied or printed in black and white tells a red arrow from a white one
//! by their gray, and finds neither where the picture has the same.

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::files::Cache;
use crate::model::{Bounds, Color, Mark, Media, MediaFormat, MediaSet, Panel, Topic};
use crate::parallel::in_order;
use crate::picture::{self, Renditions};
use crate::write::overlay;

/// The least difference in CIE L* between a mark and what is round it.
const LEAST: f64 = 20.0;
/// The most pixels of a picture that is looked at as it is.
const LARGE: u64 = 12_000_000;

/// Warns of marks that are hardly lighter or darker than the picture round them.
pub(super) fn check(
    topics: &[Arc<Topic>],
    media: &MediaSet,
    cache: &Arc<dyn Cache>,
    jobs: usize,
    diagnostics: &mut Diagnostics,
) {
    let drawn = |panel: &Panel| panel.marks.iter().any(|mark| !mark.shapes.is_empty());
    let panels = overlay::panels(topics, drawn);
    let renditions = Renditions::new(Arc::clone(cache));
    let found = in_order(jobs, &panels, |(panel, room)| {
        let media = media.images.get(&panel.image.excerpt)?;
        Some(grounds(panel, media, *room, &renditions))
    });
    for ((panel, _), grounds) in panels.iter().zip(found) {
        for (mark, grounds) in panel.marks.iter().zip(grounds.unwrap_or_default()) {
            if let Some(warning) = explain(mark, &grounds) {
                diagnostics.push(warning);
            }
        }
    }
}

/// Returns how light it is round each shape of each mark: the median.
fn grounds(panel: &Panel, media: &Media, room: f64, renditions: &Renditions) -> Vec<Vec<f64>> {
    let places = overlay::surroundings(panel, media, room);
    let all: Vec<(f64, f64)> = places.iter().flatten().flatten().copied().collect();
    let key = key(media, &places);
    let kept = renditions.cache().get(&key).and_then(|bytes| parse(&bytes, &places));
    if let Some(kept) = kept {
        return kept;
    }
    let pixels = u64::from(media.width) * u64::from(media.height);
    let file = if media.format == MediaFormat::Svg || pixels > LARGE {
        renditions.within(media, Bounds { pixels: 1600, bytes: 600_000 }).file
    } else {
        media.file.clone()
    };
    // A picture that cannot be decoded was reported.
    let light = file.read().and_then(|bytes| picture::lightness(&bytes, &all));
    let Some(light) = light else { return Vec::new() };
    let mut rest = light.as_slice();
    let medians: Vec<Vec<f64>> = places
        .iter()
        .map(|shapes| {
            let of_shape = |shape: &Vec<(f64, f64)>| {
                let (mine, others) = rest.split_at(shape.len().min(rest.len()));
                rest = others;
                median(mine)
            };
            shapes.iter().map(of_shape).collect()
        })
        .collect();
    let text: Vec<String> = medians.iter().flatten().map(|value| format!("{value:.2}")).collect();
    renditions.cache().put(&key, text.join(" ").as_bytes());
    medians
}

/// Names all that the result was made from.
fn key(media: &Media, places: &[Vec<Vec<(f64, f64)>>]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(media.hash.as_bytes());
    for shape in places.iter().flatten() {
        hasher.update(&(shape.len() as u64).to_le_bytes());
        for (x, y) in shape {
            hasher.update(&x.to_le_bytes());
            hasher.update(&y.to_le_bytes());
        }
    }
    format!("ground-1-{}", hasher.finalize().to_hex())
}

fn parse(bytes: &[u8], places: &[Vec<Vec<(f64, f64)>>]) -> Option<Vec<Vec<f64>>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut values = text.split_whitespace().map(|value| value.parse::<f64>().ok());
    let medians: Option<Vec<Vec<f64>>> = places
        .iter()
        .map(|shapes| shapes.iter().map(|_| values.next().flatten()).collect())
        .collect();
    medians.filter(|_| values.next().is_none())
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Warns of a mark that is faint at any of its shapes. Values are rounded first,
/// so that the cache changes nothing.
fn explain(mark: &Mark, grounds: &[f64]) -> Option<Diagnostic> {
    let difference = |color: Color| {
        let own = picture::color_lightness(color.rgb());
        let apart = |ground: &f64| (own - (ground * 100.0).round() / 100.0).abs();
        grounds.iter().map(apart).min_by(f64::total_cmp)
    };
    let worst = difference(mark.color)?;
    if worst >= LEAST {
        return None;
    }
    let mut better: Vec<(f64, &str)> = Color::ALL
        .into_iter()
        .filter_map(|color| Some((difference(color)?, color.name())))
        .filter(|(apart, _)| *apart >= LEAST)
        .collect();
    better.sort_by(|a, b| b.0.total_cmp(&a.0));
    let hint = if better.is_empty() {
        "no color stays apart everywhere that it is drawn; make two marks of it, or move it".into()
    } else {
        let names: Vec<String> = better.iter().map(|(_, name)| format!("`{name}`")).collect();
        format!("these colors can be seen there: {}", names.join(", "))
    };
    let message = format!(
        "without colors, the {} mark `{}` can hardly be told from the picture (a difference of \
         {worst:.0} L*, not {LEAST:.0})",
        mark.color.name(),
        mark.id.value
    );
    Some(Diagnostic::warning(Code::FaintMark, message).at(mark.id.span).hint(hint))
}
