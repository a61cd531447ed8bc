//! All that has a color in a document: instructions, pictures, gradients, groups.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::palette::Palette;
use super::space::{Space, space};
use super::{content, image, shading};
use crate::parallel::in_order;

/// No stream of instructions is larger unpacked.
const MAX_UNPACKED: usize = 256 << 20;
/// How deeply objects lie in each other, and pages inherit.
const MAX_DEPTH: usize = 64;
/// How many pictures are in memory, unpacked, for each thread.
const TOGETHER: usize = 4;

/// Turns all colors into inks.
///
/// # Errors
/// What cannot be told in inks.
pub(super) fn separate(
    document: &mut Document,
    palette: Palette,
    jobs: usize,
) -> Result<(), String> {
    let found = Found::of(document);
    for (id, resources) in &found.instructions {
        let palette = if found.masks.contains(id) { Palette::Light } else { palette };
        let spaces = spaces(document, resources);
        let Some(stream) = document.objects.get(id).and_then(|object| object.as_stream().ok())
        else {
            continue;
        };
        let plain = stream
            .get_plain_content_with_limit(MAX_UNPACKED)
            .map_err(|error| format!("instructions that cannot be unpacked ({error})"))?;
        let mut stream = stream.clone();
        stream.set_plain_content(content::rewrite(&plain, &spaces, palette)?);
        // Nothing else packs instructions.
        stream.compress().map_err(|error| error.to_string())?;
        document.objects.insert(*id, Object::Stream(stream));
    }
    let jobs = jobs.max(1);
    for ids in found.pictures.chunks(jobs * TOGETHER) {
        let made = in_order(jobs, ids, |id| {
            let stream = document.objects.get(id).and_then(|object| object.as_stream().ok());
            stream.map_or(Ok(None), |stream| image::separated(document, stream, palette))
        });
        for (id, made) in ids.iter().zip(made) {
            if let Some(stream) = made? {
                document.objects.insert(*id, Object::Stream(stream));
            }
        }
    }
    let ids: Vec<ObjectId> = document.objects.keys().copied().collect();
    for id in ids {
        let Some(mut object) = document.objects.remove(&id) else { continue };
        let flowing = flow(document, &mut object, palette, 0);
        document.objects.insert(id, object);
        flowing?;
    }
    for (id, object) in &mut document.objects {
        let palette = if found.masks.contains(id) { Palette::Light } else { palette };
        rename(object, palette, &found.profiles, 0);
    }
    Ok(())
}

/// Where colors are.
#[derive(Debug, Default)]
struct Found {
    /// Streams of instructions, and the resources that they name.
    instructions: BTreeMap<ObjectId, Dictionary>,
    /// Those of which only the light counts.
    masks: BTreeSet<ObjectId>,
    pictures: Vec<ObjectId>,
    /// What the numbers of profiles are.
    profiles: BTreeMap<ObjectId, Space>,
}

impl Found {
    fn of(document: &Document) -> Self {
        let mut found = Self::default();
        for id in document.page_iter() {
            let resources = inherited(document, id);
            for stream in document.get_page_contents(id) {
                found.instructions.insert(stream, resources.clone());
            }
        }
        for (id, object) in &document.objects {
            match object {
                Object::Stream(stream) => found.stream(document, *id, stream),
                Object::Dictionary(dict) => found.dictionary(document, dict),
                _ => {}
            }
            masks(object, &mut found.masks, 0);
        }
        found
    }

    fn stream(&mut self, document: &Document, id: ObjectId, stream: &Stream) {
        match stream.dict.get(b"N").and_then(Object::as_i64) {
            Ok(1) => drop(self.profiles.insert(id, Space::Gray)),
            Ok(3) => drop(self.profiles.insert(id, Space::Rgb)),
            Ok(4) => drop(self.profiles.insert(id, Space::Cmyk)),
            _ => {}
        }
        let is = |key: &[u8], value: &[u8]| {
            stream.dict.get(key).and_then(Object::as_name).is_ok_and(|name| name == value)
        };
        let is_tiling =
            stream.dict.get(b"PatternType").and_then(Object::as_i64).is_ok_and(|kind| kind == 1);
        if is(b"Subtype", b"Image") {
            self.pictures.push(id);
        } else if is(b"Subtype", b"Form") || is_tiling {
            self.instructions.insert(id, dictionary(document, &stream.dict, b"Resources"));
        }
    }

    /// Fonts whose letters are drawn: 9.6.5.
    fn dictionary(&mut self, document: &Document, dict: &Dictionary) {
        if dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Type3") {
            let resources = dictionary(document, dict, b"Resources");
            for (_, letter) in &dictionary(document, dict, b"CharProcs") {
                if let Ok(id) = letter.as_reference() {
                    self.instructions.insert(id, resources.clone());
                }
            }
        }
    }
}

/// Finds the forms whose light is a mask: 11.6.5.2.
fn masks(object: &Object, found: &mut BTreeSet<ObjectId>, depth: usize) {
    let dict = match object {
        Object::Dictionary(dict) => dict,
        Object::Stream(stream) => &stream.dict,
        Object::Array(array) if depth < MAX_DEPTH => {
            return array.iter().for_each(|object| masks(object, found, depth + 1));
        }
        _ => return,
    };
    let is_light = dict.get(b"S").and_then(Object::as_name).is_ok_and(|kind| kind == b"Luminosity");
    if is_light && let Ok(form) = dict.get(b"G").and_then(Object::as_reference) {
        found.insert(form);
    }
    if depth < MAX_DEPTH {
        dict.iter().for_each(|(_, object)| masks(object, found, depth + 1));
    }
}

/// Returns a dictionary in a dictionary; empty if there is none.
fn dictionary(document: &Document, dict: &Dictionary, key: &[u8]) -> Dictionary {
    let found = dict.get(key).and_then(|object| document.dereference(object));
    found.ok().and_then(|(_, object)| object.as_dict().ok()).cloned().unwrap_or_default()
}

/// Returns the resources of a page, or those that it inherits: 7.7.3.4.
fn inherited(document: &Document, id: ObjectId) -> Dictionary {
    let mut node = document.get_dictionary(id).ok();
    for _ in 0..MAX_DEPTH {
        let Some(found) = node else { break };
        if found.has(b"Resources") {
            return dictionary(document, found, b"Resources");
        }
        let parent = found.get(b"Parent").and_then(Object::as_reference);
        node = parent.ok().and_then(|id| document.get_dictionary(id).ok());
    }
    Dictionary::new()
}

fn spaces(document: &Document, resources: &Dictionary) -> BTreeMap<Vec<u8>, Space> {
    let named = dictionary(document, resources, b"ColorSpace");
    named.iter().map(|(name, object)| (name.clone(), space(document, object))).collect()
}

/// Turns gradients and inks of their own, which are functions, to other functions.
fn flow(
    document: &mut Document,
    object: &mut Object,
    palette: Palette,
    depth: usize,
) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    match object {
        Object::Array(array) => {
            let is_ink = matches!(array.first(), Some(Object::Name(name)) if name == b"Separation");
            if let [_, _, alternate, function] = array.as_slice()
                && is_ink
                && let Some((stream, name)) = shading::tint(document, alternate, function, palette)?
            {
                array[2] = Object::Name(name.as_bytes().to_vec());
                array[3] = document.add_object(stream).into();
            }
            for object in array {
                flow(document, object, palette, depth + 1)?;
            }
        }
        Object::Dictionary(dict) | Object::Stream(Stream { dict, .. }) => {
            if dict.has(b"ShadingType")
                && let Some((stream, name)) = shading::separated(document, dict, palette)?
            {
                dict.set("ColorSpace", Object::Name(name.as_bytes().to_vec()));
                dict.set("Function", document.add_object(stream));
                dict.remove(b"Background");
            }
            for (_, object) in dict.iter_mut() {
                flow(document, object, palette, depth + 1)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Gives spaces the names of what is in them now. Grays are the press's own black, and
/// not those of a screen, which would be printed with all inks.
fn rename(
    object: &mut Object,
    palette: Palette,
    profiles: &BTreeMap<ObjectId, Space>,
    depth: usize,
) {
    if depth > MAX_DEPTH {
        return;
    }
    let name = |space: &Space| match space {
        Space::Gray => Some("DeviceGray"),
        Space::Rgb | Space::Cmyk => Some(palette.name()),
        _ => None,
    };
    let named = |name: &str| Object::Name(name.as_bytes().to_vec());
    match object {
        Object::Array(array) => {
            let kind = array.first().and_then(|kind| kind.as_name().ok()).unwrap_or_default();
            let is_space = matches!(kind, b"ICCBased" | b"CalGray" | b"CalRGB");
            let is_own = kind == b"DeviceRGB" || kind == b"DeviceCMYK" || kind == b"DeviceGray";
            if is_space || (is_own && array.len() == 1) {
                let space = match kind {
                    b"CalGray" | b"DeviceGray" => Space::Gray,
                    b"CalRGB" | b"DeviceRGB" => Space::Rgb,
                    b"DeviceCMYK" => Space::Cmyk,
                    _ => array
                        .get(1)
                        .and_then(|profile| profile.as_reference().ok())
                        .and_then(|id| profiles.get(&id).cloned())
                        .unwrap_or(Space::Rgb),
                };
                if let Some(name) = name(&space) {
                    *object = named(name);
                }
                return;
            }
            if kind == b"Pattern" && array.len() > 1 {
                array[1] = named(palette.name());
            }
            array.iter_mut().for_each(|object| rename(object, palette, profiles, depth + 1));
        }
        Object::Dictionary(dict) | Object::Stream(Stream { dict, .. }) => {
            let is_group =
                dict.get(b"S").and_then(Object::as_name).is_ok_and(|kind| kind == b"Transparency");
            for (key, value) in dict.iter_mut() {
                if is_group && key == b"CS" {
                    *value = named(palette.name());
                    continue;
                }
                if matches!(value, Object::Name(name) if name == b"DeviceRGB") {
                    *value = named(palette.name());
                    continue;
                }
                rename(value, palette, profiles, depth + 1);
            }
        }
        _ => {}
    }
}

/// Drops what nothing leads to any more.
pub(super) fn prune(document: &mut Document) {
    let mut seen = BTreeSet::new();
    let mut queue = Vec::new();
    document.trailer.iter().for_each(|(_, object)| references(object, &mut queue));
    while let Some(id) = queue.pop() {
        if seen.insert(id)
            && let Some(object) = document.objects.get(&id)
        {
            references(object, &mut queue);
        }
    }
    document.objects.retain(|id, _| seen.contains(id));
}

/// Adds what an object refers to.
fn references(object: &Object, found: &mut Vec<ObjectId>) {
    match object {
        Object::Reference(id) => found.push(*id),
        Object::Array(array) => array.iter().for_each(|object| references(object, found)),
        Object::Dictionary(dict) | Object::Stream(Stream { dict, .. }) => {
            dict.iter().for_each(|(_, object)| references(object, found));
        }
        _ => {}
    }
}
