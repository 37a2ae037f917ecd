//! What the path of a file says: its folders, and its extension.

use std::path::Path;

/// The folder `depth` levels below the input, if the file lies that deep.
pub(super) fn level(name: &str, depth: usize) -> Option<String> {
    let (folders, _) = name.rsplit_once('/')?;
    folders.split('/').nth(depth - 1).map(str::to_owned)
}

/// Name of the file's folder, also where the path does not spell it.
pub(super) fn parent_name(path: &Path) -> String {
    let parent = path.parent().unwrap_or(path);
    let name = parent.file_name().map(|n| n.to_os_string()).or_else(|| {
        let parent = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        let canonical = parent.canonicalize().ok()?;
        Some(canonical.file_name()?.to_os_string())
    });
    name.map_or_else(|| "/".into(), |n| n.to_string_lossy().into_owned())
}

/// The extension in lower case; empty where there is none.
pub(super) fn extension(path: &Path) -> String {
    path.extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase()
}
