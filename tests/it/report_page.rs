//! `report.html`: its numbers, its safety and its size without a browser, and
//! the whole of it in a headless Chromium where there is one.

use crate::support::browser::Browser;
use crate::support::{assert_near, cepstrum, fixture, pixels, shared};
use assert_cmd::Command;
use cepstrum::analysis::{InputRow, NoiseSettings, Report, Status, noise_of_report};
use cepstrum::compare::Schedule;
use cepstrum::output::{ReportPage, read_report, report_html};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The largest page that may be.
const LARGEST: usize = 5_000_000;
/// A class that would run if it were not escaped.
const HOSTILE: &str = "<img src=x onerror=window.broken=1> \"it's\" & </script>";

/// Clips in three classes, one of them hostile, and a file that is no clip.
fn clips(root: &Path) -> PathBuf {
    // A folder cannot hold a slash.
    let hostile = HOSTILE.replace('/', "\u{2215}");
    let clips = root.join("my 'clips'");
    for (class, from) in [
        (hostile.as_str(), "audio/music/brahms.flac"),
        ("music", "audio/music/brahms.flac"),
    ] {
        let folder = clips.join(class);
        fs::create_dir_all(&folder).unwrap();
        fs::copy(fixture(from), folder.join("brahms.flac")).unwrap();
    }
    for entry in fs::read_dir(fixture("audio/speech")).unwrap() {
        let path = entry.unwrap().path();
        let folder = clips.join("speech");
        fs::create_dir_all(&folder).unwrap();
        fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    fs::write(clips.join("music/<b>empty.wav"), b"RIFF").unwrap();
    clips
}

/// Analyses these clips beside photos and returns the folder of the results.
fn analysed(root: &Path, arguments: &[&str]) -> PathBuf {
    let out = root.join("out");
    let mut command = cepstrum();
    command.arg("analyze").arg(clips(root));
    command
        .args(["--photos", "fixtures/photos"])
        .args(arguments);
    command.arg("-o").arg(&out).assert().code(3);
    out
}

fn page(folder: &Path) -> String {
    fs::read_to_string(folder.join("report.html")).unwrap()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The value at a path like `results[3].fit.post.alpha`, its negative where a
/// minus stands in front.
fn at(document: &Value, path: &str) -> f64 {
    let (sign, path) = match path.strip_prefix('-') {
        Some(path) => (-1.0, path),
        None => (1.0, path),
    };
    let pointer = format!(
        "/{}",
        path.replace('[', "/").replace(']', "").replace('.', "/")
    );
    let found = document.pointer(&pointer);
    sign * found
        .and_then(Value::as_f64)
        .unwrap_or_else(|| panic!("{path} is no number"))
}

/// Asserts that a printed number is the value, to half a unit of its last digit.
#[track_caller]
fn assert_printed(path: &str, text: &str, value: f64) {
    let text = text.replace('\u{2212}', "-");
    let decimals = text.split_once('.').map_or(0, |(_, digits)| digits.len());
    let printed: f64 = text.parse().unwrap_or_else(|_| panic!("{path}: {text:?}"));
    let half = 0.5 * 10_f64.powi(-(decimals as i32));
    assert_near(path, printed, value, half * (1.0 + 1e-9));
}

/// Every number that carries an attribute: its path and its text.
fn numbers<'a>(html: &'a str, attribute: &str) -> Vec<(&'a str, &'a str)> {
    let start = format!("class=\"num\" {attribute}=\"");
    html.split(&start)
        .skip(1)
        .map(|rest| {
            let (path, rest) = rest.split_once("\">").unwrap();
            (path, rest.split('<').next().unwrap())
        })
        .collect()
}

#[test]
fn printed_numbers_are_those_of_the_report() {
    let folder = TempDir::new().unwrap();
    let out = analysed(folder.path(), &[]);
    let html = page(&out);
    for (attribute, file, least) in [
        ("data-json", "report.json", 100),
        ("data-evidence", "evidence.json", 15),
    ] {
        let document = json(&out.join(file));
        let numbers = numbers(&html, attribute);
        assert!(numbers.len() >= least, "{} in {file}", numbers.len());
        for (path, text) in numbers {
            assert_printed(path, text, at(&document, path));
        }
    }
    let report = json(&out.join("report.json"));
    let n_results = report["results"].as_array().unwrap().len();
    for i in 0..n_results {
        let path = format!("\"results[{i}].fit.post.alpha\"");
        assert!(html.contains(&path), "{path} is not shown");
    }
}

#[test]
fn nothing_that_a_user_named_becomes_markup() {
    let folder = TempDir::new().unwrap();
    let out = analysed(folder.path(), &[]);
    let html = page(&out);
    assert!(!html.contains("<img src=x") && !html.contains("<b>empty"));
    assert!(html.contains("&lt;img src=x onerror=window.broken=1&gt; &quot;it&#39;s&quot; &amp; "));
    assert!(html.contains("&lt;b&gt;empty.wav"));
    // In the data, no name can end the script.
    assert!(html.contains("\\u003cimg src=x"));
    assert_eq!(html.matches("</script>").count(), 2);
    let data = html.split("id=\"page-data\">").nth(1).unwrap();
    let data: Value = serde_json::from_str(data.split("</script>").next().unwrap()).unwrap();
    assert_eq!(data["spectra"][0]["curves"].as_array().unwrap().len(), 4);
    for spectrum in data["spectra"].as_array().unwrap() {
        assert!(spectrum["frequency"].as_array().unwrap().len() <= 500);
    }
}

#[test]
fn the_page_fetches_nothing() {
    let folder = TempDir::new().unwrap();
    let out = analysed(folder.path(), &[]);
    let html = page(&out).replace("http://www.w3.org/2000/svg", "");
    for forbidden in [
        "http:",
        "https:",
        "//cdn",
        "@import",
        "fetch(",
        "XMLHttpRequest",
        "<link rel=\"style",
    ] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    for source in html.split(" src=\"").skip(1) {
        assert!(source.starts_with("data:image/png;base64,"));
    }
    assert!(html.contains("default-src 'none'"));
}

#[test]
fn pages_are_the_same_for_any_number_of_threads_and_from_the_report_alone() {
    let folder = TempDir::new().unwrap();
    let out = analysed(folder.path(), &["--threads", "1"]);
    let first = page(&out);
    analysed(folder.path(), &["--threads", "3"]);
    assert!(page(&out) == first, "three threads");
    fs::remove_file(out.join("report.html")).unwrap();
    cepstrum()
        .arg("plot")
        .arg(&out)
        .args(["--figures", "main"])
        .assert()
        .success();
    assert!(page(&out) == first, "plot");
    // Elsewhere, where asked for.
    let other = folder.path().join("other");
    cepstrum()
        .arg("plot")
        .arg(&out)
        .arg("-o")
        .arg(&other)
        .assert()
        .success();
    assert!(page(&other) == first, "plot -o");
}

#[test]
fn no_page_of_an_earlier_report_stays() {
    let folder = TempDir::new().unwrap();
    let out = analysed(folder.path(), &[]);
    assert!(out.join("report.html").exists());
    analysed(folder.path(), &["--figures", "none"]);
    assert!(!out.join("report.html").exists());
}

/// The answers of a page are those of the evidence beside its report, and none
/// where there is none of this version.
#[test]
fn answers_are_those_of_the_evidence() {
    let folder = TempDir::new().unwrap();
    let out = analysed(folder.path(), &[]);
    let first = page(&out);
    let document = json(&out.join("evidence.json"));
    let rows = document["verdict"]["rows"].as_array().unwrap();
    // Of each representation the row of all files that was measured last.
    let mut last: Vec<(usize, &Value)> = Vec::new();
    for (i, row) in rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row["class"] == "all")
    {
        last.retain(|(_, other)| other["representation"] != row["representation"]);
        last.push((i, row));
    }
    assert_eq!(last.len(), 3, "waveform, log-mel, photo");
    let answers = first.split("<section id=\"answers\">").nth(1).unwrap();
    let answers = answers.split("</section>").next().unwrap();
    let cards: Vec<&str> = answers.split("<article class=\"card ").skip(1).collect();
    assert_eq!(cards.len(), 3);
    for ((i, row), card) in last.into_iter().zip(cards) {
        let said: Vec<&str> = ["order", "photographs", "structure"]
            .into_iter()
            .filter_map(|name| row["answers"][name].as_str())
            .collect();
        assert_eq!(card.matches("class=\"question\"").count(), said.len());
        for (answer, shown) in said.iter().zip(card.split("class=\"verdict\">").skip(1)) {
            let shown = shown.split("</p>").next().unwrap();
            assert!(shown.ends_with(&format!("</span> {answer}")), "{shown}");
        }
        for sentence in row["sentences"].as_object().unwrap().values() {
            let Some(sentence) = sentence.as_str() else {
                continue;
            };
            assert!(
                card.contains(&sentence.replace('\'', "&#39;")),
                "{sentence}"
            );
        }
        let path = format!("data-evidence=\"verdict.rows[{i}].numbers.least_fall_db.value\"");
        assert!(card.contains(&path), "{path}");
        let tone = match said {
            said if said.contains(&"no") => "bad",
            said if said.contains(&"open") => "open",
            _ => "good",
        };
        assert!(card.starts_with(tone), "{tone}: {card}");
    }
    // A verdict of an earlier version, one on other files, and none.
    let redrawn = || {
        cepstrum()
            .arg("plot")
            .arg(&out)
            .args(["--figures", "main"])
            .assert()
            .success();
        page(&out)
    };
    let without = |html: &str| {
        assert!(!html.contains("data-evidence"));
        assert_eq!(
            html.matches("No answers beside this report: measure again.")
                .count(),
            3
        );
    };
    assert!(redrawn() == first);
    let mut earlier = document.clone();
    earlier["schema_version"] = 1.into();
    fs::write(out.join("evidence.json"), earlier.to_string()).unwrap();
    without(&redrawn());
    let mut other = document.clone();
    other["verdict"]["rows"][0]["n_files"] = 99.into();
    fs::write(out.join("evidence.json"), other.to_string()).unwrap();
    without(&redrawn());
    fs::remove_file(out.join("evidence.json")).unwrap();
    without(&redrawn());
}

#[test]
fn the_command_makes_the_same_report() {
    let folder = TempDir::new().unwrap();
    let flags = [
        "--n-mels",
        "64",
        "--overlap",
        "0.25",
        "--log",
        "ln",
        "--side",
        "128",
        "--channel",
        "left",
        "--representations",
        "log-mel,mfcc",
        "--fit-f-min",
        "0.02",
        "--power-scale",
        "psd-hz",
        "--radius",
        "index",
        "--mel-scale",
        "htk",
        "--examples",
        "1",
        "--win-length",
        "1024",
        "--hop-length",
        "256",
        "--n-fft",
        "1024",
        "--class-depth",
        "1",
        "--f-max",
        "8000",
    ];
    let out = analysed(folder.path(), &flags);
    let html = page(&out);
    let command = html
        .split("<code>")
        .nth(1)
        .unwrap()
        .split("</code>")
        .next()
        .unwrap();
    let command = command
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<");
    let command = command.replace("&gt;", ">").replace("&amp;", "&");
    assert!(command.starts_with("cepstrum analyze "), "{command}");
    let again = folder.path().join("again");
    let program = assert_cmd::cargo::cargo_bin("cepstrum");
    let script = command.replacen("cepstrum", "\"$0\"", 1) + " -o \"$1\"";
    let mut shell = Command::new("sh");
    shell.current_dir(env!("CARGO_MANIFEST_DIR"));
    shell
        .args(["-c", &script])
        .arg(program)
        .arg(&again)
        .assert()
        .code(3);
    for file in ["report.json", "report.html"] {
        let [a, b] = [&out, &again].map(|folder| fs::read(folder.join(file)).unwrap());
        assert!(a == b, "{file} of {command}");
    }
}

#[test]
fn pages_of_ten_genres_are_small() {
    let test = "pages_of_ten_genres_are_small";
    let Some(genres) = shared(test, "data/gtzan_genres") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let mut command = cepstrum();
    command.arg("analyze").arg(genres);
    command
        .args(["--photos", "fixtures/photos", "-o"])
        .arg(folder.path());
    command.assert().success();
    let html = page(folder.path());
    assert!(html.len() < LARGEST / 2, "{} bytes", html.len());
    assert!(html.matches("data-spectrogram=").count() >= 4);
}

#[test]
fn pages_of_many_classes_and_files_are_small() {
    let folder = TempDir::new().unwrap();
    let out = analysed(folder.path(), &[]);
    let mut report = read_report(&out.join("report.json")).unwrap();
    let results = report.results.clone();
    for result in results.iter().filter(|row| row.class == "music") {
        let place = report.results.iter().position(|row| row == result).unwrap();
        let many = (0..1000).map(|i| {
            let mut other = result.clone();
            other.class = format!("class number {i}");
            other
        });
        report.results.splice(place..place, many);
    }
    let skipped: InputRow = report
        .inputs
        .iter()
        .find(|row| row.outcome.status == Status::Skipped)
        .unwrap()
        .clone();
    report.inputs.extend(std::iter::repeat_n(skipped, 50_000));
    report.config.inputs = (0..20_000)
        .map(|i| PathBuf::from(format!("clips/{i}.wav")))
        .collect();
    let html = html_of(&report);
    assert!(html.len() < LARGEST, "{} bytes", html.len());
    assert!(html.contains("The first 100 of 1003 classes"), "classes");
    assert!(html.contains("… and 49001 more"), "files");
}

fn html_of(report: &Report) -> String {
    let page = ReportPage {
        report,
        verdict: None,
        command: None,
    };
    report_html(&page).unwrap()
}

#[test]
fn the_page_works_in_a_browser() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let Some(browser) = Browser::start("the_page_works_in_a_browser").await else {
            return;
        };
        let folder = TempDir::new().unwrap();
        let out = analysed(folder.path(), &[]);
        let url = url::Url::from_file_path(out.join("report.html")).unwrap();
        browser.look(1200, "light").await;
        browser.client.goto(url.as_str()).await.unwrap();
        check_scalars(&browser, &out).await;
        check_classes(&browser).await;
        check_reading(&browser).await;
        check_tide(&browser, &out).await;
        check_looks(&browser).await;
        assert_eq!(browser.value("window.broken === undefined").await, true);
        let said = browser.console().await;
        assert!(said.is_empty(), "the console said {said:?}");
        browser.close().await;
    });
}

/// Numbers as a reader sees them.
async fn check_scalars(browser: &Browser, out: &Path) {
    for (name, file, least) in [
        ("json", "report.json", 100),
        ("evidence", "evidence.json", 15),
    ] {
        let script = format!(
            "[...document.querySelectorAll('[data-{name}]')].map((n) => \
             [n.dataset.{name}, n.textContent])"
        );
        let shown = browser.value(&script).await;
        let shown = shown.as_array().unwrap();
        assert!(shown.len() >= least, "{} numbers of {file}", shown.len());
        let document = json(&out.join(file));
        for pair in shown {
            let (path, text) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
            assert_printed(path, text, at(&document, path));
        }
    }
    let reasons = browser
        .value("document.querySelector('#files tbody').textContent")
        .await;
    assert!(
        reasons.as_str().unwrap().contains("<b>empty.wav"),
        "{reasons}"
    );
}

/// A class goes and comes back, and a hostile one has its own name.
async fn check_classes(browser: &Browser) {
    let count = "document.querySelectorAll('[data-spectrum=\"0\"] path.curve').length";
    assert_eq!(browser.value(count).await, 4);
    let boxes = browser
        .client
        .find_all(fantoccini::Locator::Css("[data-legend=\"0\"] input"))
        .await;
    let boxes = boxes.unwrap();
    boxes[1].send_keys(" ").await.unwrap();
    assert_eq!(browser.value(count).await, 3);
    let none = browser
        .client
        .find(fantoccini::Locator::Css(
            "[data-legend=\"0\"] [data-classes=off]",
        ))
        .await;
    none.unwrap().click().await.unwrap();
    assert_eq!(browser.value(count).await, 1);
    let all = browser
        .client
        .find(fantoccini::Locator::Css(
            "[data-legend=\"0\"] [data-classes=on]",
        ))
        .await;
    all.unwrap().click().await.unwrap();
    assert_eq!(browser.value(count).await, 4);
    let names =
        "[...document.querySelectorAll('[data-legend=\"0\"] bdi')].map((n) => n.textContent)";
    let names = browser.value(names).await;
    let hostile = HOSTILE.replace('/', "\u{2215}");
    assert!(
        names.as_array().unwrap().contains(&Value::from(hostile)),
        "{names}"
    );
}

/// Arrow keys read values off a curve.
async fn check_reading(browser: &Browser) {
    let place = browser
        .client
        .find(fantoccini::Locator::Css("#spectrum-photo .plot"))
        .await;
    let place = place.unwrap();
    let tip = "document.querySelector('#spectrum-photo .tip').innerText";
    place.send_keys("\u{E011}").await.unwrap();
    let first = browser.value(tip).await;
    place.send_keys("\u{E014}").await.unwrap();
    let second = browser.value(tip).await;
    assert!(
        first.as_str().unwrap().contains("c/sample") && first != second,
        "{first} {second}"
    );
    place.send_keys("\u{E00C}").await.unwrap();
    assert_eq!(
        browser
            .value("document.querySelector('#spectrum-photo .tip').hidden")
            .await,
        true
    );
}

/// The slider's numbers against the library's, for all schedules, all
/// representations and one class.
async fn check_tide(browser: &Browser, out: &Path) {
    let report = read_report(&out.join("report.json")).unwrap();
    let noise = noise_of_report(&report, &NoiseSettings::preset(report.config.preset)).unwrap();
    let slider = browser
        .client
        .find(fantoccini::Locator::Css("#t"))
        .await
        .unwrap();
    assert_eq!(slider.prop("value").await.unwrap().as_deref(), Some("50"));
    // Right, right, left.
    for key in ["\u{E014}", "\u{E014}", "\u{E012}"] {
        slider.send_keys(key).await.unwrap();
    }
    assert_eq!(
        browser
            .value("document.getElementById('t-value').textContent")
            .await,
        "0.51"
    );
    for (number, schedule) in Schedule::ALL.into_iter().enumerate() {
        for (class, place) in [("all", 25), ("speech", 51), ("all", 0), ("all", 100)] {
            set(browser, "schedule", &number.to_string()).await;
            set(browser, "class", class).await;
            set(browser, "t", &place.to_string()).await;
            let convention = browser
                .value("document.getElementById('convention').textContent")
                .await;
            assert_eq!(convention, schedule.time_convention());
            let script = "[...document.querySelectorAll('[data-panel]')].map((n) => \
                [...n.querySelectorAll('output')].map((o) => o.textContent))";
            let shown = browser.value(script).await;
            for (panel, name) in ["waveform", "log-mel", "photo"].into_iter().enumerate() {
                // Photos have no such class: they show all.
                let class = if name == "photo" { "all" } else { class };
                let study = noise
                    .studies
                    .iter()
                    .find(|s| s.representation.name() == name && s.class == class);
                let row = study
                    .unwrap()
                    .schedules
                    .iter()
                    .find(|row| row.schedule == schedule)
                    .unwrap();
                let t = if place == 0 {
                    row.t[0]
                } else {
                    place as f64 / 100.0
                };
                let k = row
                    .t
                    .iter()
                    .position(|other| (other - t).abs() < 1e-9)
                    .unwrap();
                let what = format!("{schedule} {name} {class} t = {t}");
                let [f_max, share] = [0, 1].map(|i| shown[panel][i].as_str().unwrap());
                assert_printed(
                    &what,
                    share.strip_suffix(" %").unwrap(),
                    100.0 * row.share[k],
                );
                match row.f_max[k] {
                    0.0 => assert_eq!(f_max, "nothing left", "{what}"),
                    expected => assert_printed(&what, f_max.split(' ').next().unwrap(), expected),
                }
            }
        }
    }
    for (control, value) in [("schedule", "0"), ("class", "all"), ("t", "50")] {
        set(browser, control, value).await;
    }
}

/// Sets a control as a user would.
async fn set(browser: &Browser, control: &str, value: &str) {
    let script = "const n = document.getElementById(arguments[0]); n.value = arguments[1]; \
        n.dispatchEvent(new Event('input', { bubbles: true }));";
    let arguments = vec![Value::from(control), Value::from(value)];
    browser.client.execute(script, arguments).await.unwrap();
}

/// Pictures to be looked at, in the build's own temporary folder; none may be
/// blank or wider than its screen.
async fn check_looks(browser: &Browser) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report_page");
    fs::create_dir_all(&folder).unwrap();
    for (name, width, scheme) in [
        ("light", 1200, "light"),
        ("dark", 1200, "dark"),
        ("phone", 390, "light"),
    ] {
        browser.look(width, scheme).await;
        let wide = browser.value("document.documentElement.scrollWidth").await;
        assert!(
            wide.as_u64().unwrap() <= u64::from(width),
            "{name} is {wide} px wide"
        );
        let png = browser
            .screenshot(&folder.join(format!("{name}.png")))
            .await;
        let (size, rgb) = pixels::decode(&png);
        assert_eq!(size.0, width, "{name}");
        let first = rgb[0];
        let drawn = rgb.iter().filter(|&&pixel| pixel != first).count();
        assert!(drawn > rgb.len() / 50, "{name} is blank");
        assert_eq!(
            scheme == "dark",
            first[0] < 128,
            "{name} begins with {first:?}"
        );
    }
    let pdf = browser.print(&folder.join("print.pdf")).await;
    assert!(
        pdf.starts_with(b"%PDF") && pdf.len() > 20_000,
        "{} bytes",
        pdf.len()
    );
}

#[test]
fn a_report_keeps_one_small_spectrogram_per_example_clip() {
    let folder = TempDir::new().unwrap();
    let (clips, out) = (folder.path().join("clips"), folder.path().join("out"));
    fs::create_dir(&clips).unwrap();
    // One silent second, then a tone of 1 kHz: the first usable segment is the
    // second one.
    let tone = |i: usize| match i {
        0..22_050 => 0.0,
        i => (std::f64::consts::TAU * 1000.0 * i as f64 / 22_050.0).sin() as f32 * 0.5,
    };
    let signal = cepstrum::data::Signal {
        samples: (0..88_200).map(tone).collect(),
        sample_rate: 22_050,
    };
    cepstrum::synth::write_wav(&clips.join("tone.wav"), &signal).unwrap();
    let mut command = cepstrum();
    command
        .arg("analyze")
        .arg(&clips)
        .args(["--segment", "1", "-o"]);
    command.arg(&out).assert().success();
    let path = out.join("report.json");
    let report = read_report(&path).unwrap();
    let shown: Vec<_> = report
        .examples
        .iter()
        .filter_map(|row| row.spectrogram.as_ref())
        .collect();
    assert_eq!((report.examples.len(), shown.len()), (2, 1));
    let shown = shown[0];
    let (n_rows, n_columns) = (shown.frequency.len(), shown.time.len());
    // 22050 samples, a frame every 512, the first on sample 0.
    assert_eq!((n_rows, n_columns, shown.start), (128, 44, 1.0));
    assert_eq!((shown.time[0], shown.time[1]), (0.0, 512.0 / 22_050.0));
    let levels = shown.bytes().unwrap();
    let column = |row: usize| levels[row * n_columns + 20];
    let strongest = (0..n_rows).max_by_key(|row| column(*row)).unwrap();
    assert_eq!(column(strongest), 255);
    assert_near("tone", shown.frequency[strongest], 1000.0, 30.0);
    // The dynamic range is 80 dB below the largest value.
    assert_near("range", shown.high - shown.low, 80.0, 1e-3);
    // A report of an earlier version has none; one whose axes do not fit is refused.
    let edited = |edit: &dyn Fn(&mut Value)| {
        let mut document = json(&path);
        let examples = document["examples"].as_array_mut().unwrap();
        examples.iter_mut().for_each(edit);
        let path = folder.path().join("edited.json");
        fs::write(&path, document.to_string()).unwrap();
        read_report(&path)
    };
    let without = edited(&|row| {
        row.as_object_mut().unwrap().remove("spectrogram");
    });
    let html = html_of(&without.unwrap());
    assert!(html.contains("holds no spectrogram"));
    let shorter = edited(&|row| {
        if let Some(shown) = row.get_mut("spectrogram") {
            shown["time"] = serde_json::json!([0.0]);
        }
    });
    assert!(shorter.unwrap_err().to_string().contains("is no table"));
}
