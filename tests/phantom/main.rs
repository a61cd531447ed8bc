//! Draws the sample pictures of this repository from an analytic phantom.
//!
//! Nobody was imaged. Bodies are solids given by formulas; a picture is the
//! shadow they cast ([`camera`], [`physics`]) and the film that catches it
//! ([`film`]), a slice ([`axial`]) or a projection of blood ([`angiogram`]).
//!
//! ```text
//! cargo run --release --example phantom -- sources/images [SCALE [NAME]]
//! ```
//!
//! It writes one JPEG per sample and prints where the findings are, as
//! percentages of width and height from the top left, for the marks of figures.

mod angiogram;
mod axial;
mod camera;
mod chest;
mod curve;
mod film;
mod leg;
mod noise;
mod physics;
mod plane;
mod samples;
mod shape;
mod vector;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use image::codecs::jpeg::JpegEncoder;

use plane::Plane;

/// Quality of the JPEG files.
const QUALITY: u8 = 88;

/// Makes the samples that were asked for.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: phantom FOLDER [SCALE [NAME]]")?);
    let scale = arguments.next().map_or(Ok(1.0), |text| text.parse::<f32>())?;
    let only = arguments.next();
    if !(0.05..=4.0).contains(&scale) {
        return Err("SCALE must lie between 0.05 and 4".into());
    }
    std::fs::create_dir_all(&folder)?;
    let mut out = io::stdout().lock();
    for sample in samples::SAMPLES {
        if only.as_ref().is_some_and(|name| name != sample.name) {
            continue;
        }
        let picture = (sample.make)(scale);
        save(&picture.plane, &folder.join(sample.name).with_extension("jpg"))?;
        writeln!(out, "{}", sample.name)?;
        for (name, (u, v)) in &picture.landmarks {
            writeln!(out, "  [{:.1}%, {:.1}%]  {name}", u * 100.0, v * 100.0)?;
        }
    }
    Ok(())
}

/// Writes a plane as a gray JPEG.
fn save(plane: &Plane, path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let bytes: Vec<u8> =
        plane.values.iter().map(|v| (v.clamp(0.0, 1.0) * 255.0).round() as u8).collect();
    let (width, height) = (u32::try_from(plane.width)?, u32::try_from(plane.height)?);
    let gray = image::GrayImage::from_raw(width, height, bytes).ok_or("the plane has no pixels")?;
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    JpegEncoder::new_with_quality(&mut file, QUALITY).encode_image(&gray)?;
    file.flush()?;
    Ok(())
}
