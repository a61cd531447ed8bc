//! Licenses as readers know them.
//!
//! Knows: how SPDX and Creative Commons name a license. Must not know: what is
//! licensed.

use serde::Serialize;

/// A license, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct License {
    /// Its name: "CC BY 4.0".
    pub name: String,
    /// Where it can be read, if that is known.
    pub href: Option<String>,
}

impl License {
    /// Returns the license of an SPDX expression.
    pub fn of(spdx: &str) -> Self {
        let creative = |name: String, path: String| Self {
            name,
            href: Some(format!("https://creativecommons.org/{path}/")),
        };
        if let Some(version) = spdx.strip_prefix("CC0-").filter(|version| is_version(version)) {
            return creative(format!("CC0 {version}"), format!("publicdomain/zero/{version}"));
        }
        let parts = spdx.strip_prefix("CC-").and_then(|rest| rest.rsplit_once('-'));
        match parts {
            Some((terms, version))
                if is_version(version)
                    && ["BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND"]
                        .contains(&terms) =>
            {
                let path = format!("licenses/{}/{version}", terms.to_ascii_lowercase());
                creative(format!("CC {terms} {version}"), path)
            }
            _ => Self { name: spdx.to_owned(), href: None },
        }
    }
}

fn is_version(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn creative_commons_is_known() {
        let license = License::of("CC-BY-NC-SA-4.0");
        assert_eq!(license.name, "CC BY-NC-SA 4.0");
        assert_eq!(
            license.href.as_deref(),
            Some("https://creativecommons.org/licenses/by-nc-sa/4.0/")
        );
        assert_eq!(
            License::of("CC0-1.0").href.as_deref(),
            Some("https://creativecommons.org/publicdomain/zero/1.0/")
        );
        assert_eq!(License::of("MIT OR Apache-2.0").href, None);
    }
}
