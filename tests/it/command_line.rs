//! What shells, pipes and other programs see: completions, pages, colour, JSON,
//! settings taken from a report, errors.

use crate::support;
use assert_cmd::Command;
use cepstrum::synth::{coloured_field, gauss, write_wav};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const CLIP: &str = "fixtures/audio/speech/prompt_a.wav";
const COMMANDS: [&str; 14] = [
    "analyze",
    "spectrum",
    "rapsd",
    "spectrogram",
    "cepstrum",
    "features",
    "noise",
    "modulation",
    "latents",
    "synth",
    "compare",
    "plot",
    "completions",
    "man",
];

fn cepstrum(arguments: &[&str]) -> Command {
    let mut command = support::cepstrum();
    command.args(arguments).env_remove("NO_COLOR");
    command
}

/// Exit code, standard output and standard error.
fn run(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn succeed(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run(&mut cepstrum(arguments));
    assert_eq!(code, 0, "{arguments:?}: {stderr}");
    stdout
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_string()
}

#[test]
fn completions_of_every_shell_name_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = succeed(&["completions", shell]);
        for name in COMMANDS {
            assert!(script.contains(name), "{shell} lacks {name}");
        }
        assert!(script.contains("fit-f-min"), "{shell} lacks a flag");
    }
    let folder = TempDir::new().unwrap();
    let script = path(&folder, "cepstrum.bash");
    fs::write(&script, succeed(&["completions", "bash"])).unwrap();
    match std::process::Command::new("bash")
        .args(["-n", &script])
        .output()
    {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(_) => eprintln!("SKIPPED without bash: the syntax of its completions"),
    }
}

#[test]
fn manual_pages_are_roff_and_name_every_command() {
    let is_page = |page: &str, name: &str| {
        let mut lines = page.lines();
        assert!(
            lines.any(|line| line.starts_with(&format!(".TH {name} 1"))),
            "{page}"
        );
        assert!(
            page.contains("\n.SH NAME") && page.contains("\n.SH OPTIONS"),
            "{page}"
        );
    };
    let page = succeed(&["man"]);
    is_page(&page, "cepstrum");
    let folder = TempDir::new().unwrap();
    let pages = folder.path().join("share/man1");
    succeed(&["man", "-o", pages.to_str().unwrap()]);
    for name in COMMANDS {
        assert!(page.contains(&format!("cepstrum\\-{name}(1)")), "{name}");
        let of_command = fs::read_to_string(pages.join(format!("cepstrum-{name}.1"))).unwrap();
        is_page(&of_command, &format!("cepstrum-{name}"));
    }
    assert_eq!(fs::read_to_string(pages.join("cepstrum.1")).unwrap(), page);
    let analyze = fs::read_to_string(pages.join("cepstrum-analyze.1")).unwrap();
    // The text of flags that the short help leaves out, and the examples.
    for words in [
        "Number of mel bands",
        "When messages and help",
        "cepstrum analyze genres/",
    ] {
        assert!(analyze.contains(words), "{words}");
    }
}

#[test]
fn colour_is_for_terminals_and_for_who_asks() {
    let cases: [&[&str]; 3] = [
        &["analyze", "--help"],
        &["analyze", "--limit", "0", CLIP],
        &["--foo"],
    ];
    for arguments in cases {
        let coloured = |command: &mut Command| {
            let (_, stdout, stderr) = run(command);
            assert!(!format!("{stdout}{stderr}").is_empty());
            format!("{stdout}{stderr}").contains('\x1b')
        };
        let with = |more: &[&'static str]| cepstrum(&[arguments, more].concat());
        assert!(!coloured(&mut with(&[])), "{arguments:?} to a pipe");
        assert!(
            !coloured(with(&[]).env("NO_COLOR", "1")),
            "{arguments:?}, NO_COLOR"
        );
        assert!(
            !coloured(&mut with(&["--color", "never"])),
            "{arguments:?}, never"
        );
        let mut always = cepstrum(&[&["--color=always"], arguments].concat());
        assert!(coloured(&mut always), "{arguments:?}, always");
        // What is said on the command line goes before the environment.
        assert!(
            coloured(always.env("NO_COLOR", "1")),
            "{arguments:?}, always over NO_COLOR"
        );
    }
    let folder = TempDir::new().unwrap();
    let out = path(&folder, "out");
    let analyze = [
        "--color",
        "always",
        "analyze",
        CLIP,
        "--figures",
        "none",
        "-o",
        &out,
    ];
    assert!(!succeed(&analyze).contains('\x1b'), "tables are data");
}

#[test]
fn json_has_the_numbers_of_the_report() {
    let folder = TempDir::new().unwrap();
    let out = path(&folder, "out");
    let common = ["fixtures/audio", "--figures", "none", "--json", "-o", &out];
    let printed = json(&succeed(&[&["analyze"], &common[..]].concat()));
    let report = json(&fs::read_to_string(folder.path().join("out/report.json")).unwrap());
    let evidence = json(&fs::read_to_string(folder.path().join("out/evidence.json")).unwrap());
    assert_eq!(printed["schema_version"], 1);
    assert_eq!(
        printed["report"].as_str().unwrap(),
        format!("{out}/report.json")
    );
    let (rows, results) = (&printed["results"], report["results"].as_array().unwrap());
    assert_eq!(rows.as_array().unwrap().len(), results.len());
    for (i, result) in results.iter().enumerate() {
        let row = &rows[i];
        assert_eq!(row["representation"], result["representation"]);
        assert_eq!(row["class"], result["class"]);
        assert_eq!(row["alpha"], result["fit"]["post"]["alpha"]);
        assert_eq!(row["r_squared"], result["fit"]["post"]["r_squared"]);
        assert_eq!(
            row["peak"]["value"],
            result["monotonicity"]["peak"]["frequency"]
        );
        assert_eq!(row["peak"]["unit"], result["spectrum"]["unit"]);
        let spearman = result["monotonicity"]["third_octaves"]["spearman"].as_f64();
        assert_eq!(row["monotonicity"].as_f64(), spearman.map(|s| -s));
    }
    assert_eq!(printed["verdict"], evidence["verdict"]);
    let rows = printed["verdict"]["rows"].as_array().unwrap();
    let log_mel = rows.iter().find(|row| row["representation"] == "log-mel");
    assert!(log_mel.unwrap()["numbers"]["delta_time"]["value"].is_f64());
    // With nothing scrambled the same numbers, with null for what they would say.
    let again = json(&succeed(&[
        "analyze",
        "fixtures/audio",
        "--figures",
        "none",
        "--null-segments",
        "0",
        "--json",
        "-o",
        &path(&folder, "b"),
    ]));
    let rows = again["verdict"]["rows"].as_array().unwrap();
    let other = rows.iter().find(|row| row["representation"] == "log-mel");
    assert!(other.unwrap()["numbers"]["delta_time"]["value"].is_null());
    assert_eq!(
        other.unwrap()["numbers"]["least_fall_db"],
        log_mel.unwrap()["numbers"]["least_fall_db"]
    );
}

#[test]
fn every_command_with_a_table_prints_json_alone() {
    let folder = TempDir::new().unwrap();
    let latents = path(&folder, "latents.npy");
    ndarray_npy::write_npy(&latents, &coloured_field(1, 32, 32, 2.0)).unwrap();
    let [noise, modulation, out, report] = ["n", "m", "l", "r"].map(|name| path(&folder, name));
    succeed(&["analyze", CLIP, "--figures", "none", "-o", &report]);
    let (mel, wave) = (format!("{report}:log-mel"), format!("{report}:waveform"));
    let cases: [(&[&str], &str); 7] = [
        (&["spectrum", CLIP], "/0/power/0"),
        (&["rapsd", &latents], "/0/dof/1"),
        (&["features", CLIP], "/0/features/rms/mean"),
        (
            &["noise", CLIP, "--figures", "none", "-o", &noise],
            "/studies/0/left/2/band",
        ),
        (
            &["modulation", CLIP, "--figures", "none", "-o", &modulation],
            "/studies/0/fft_alpha",
        ),
        (
            &["latents", &latents, "--figures", "none", "-o", &out],
            "/pooled/scale_factor",
        ),
        (&["compare", &mel, &wave], "/comparisons/0"),
    ];
    for (arguments, pointer) in cases {
        let printed = json(&succeed(&[arguments, &["--json"]].concat()));
        let found = printed.pointer(pointer);
        let found = found.unwrap_or_else(|| panic!("{arguments:?} lacks {pointer}: {printed}"));
        assert!(
            found.is_number() || found.is_object(),
            "{arguments:?}: {found}"
        );
        let (code, _, stderr) = run(&mut cepstrum(
            &[arguments, &["--json", "--format", "csv"]].concat(),
        ));
        assert_eq!(code, 2, "{arguments:?}: {stderr}");
    }
    let [a, b] = [["--json"].as_slice(), &["--format", "json"]]
        .map(|form| succeed(&[&["spectrum", CLIP], form].concat()));
    assert_eq!(a, b);
}

/// Analyses with settings of which none is the default.
fn odd_report(out: &str, labels: &str) {
    let arguments = "analyze fixtures/audio --photos fixtures/photos --representations \
        waveform,log-mel,mfcc --examples 1 --full-classes --seed 9 --segment 1.5 --overlap 0.25 --channel 0 \
        --sample-rate 16000 --upsample --amplitude int16 --power-scale psd-hz --n-fft 1024 \
        --hop-length 300 --win-length 800 --n-mels 40 --f-min 50 --f-max 7000 --mel-scale htk \
        --mel-norm none --log ln --log-floor 1e-7 --radius index --side 64 --layout chw --key z \
        --fit-f-min 0.01 --fit-f-max 0.4 --limit 3 --figures none";
    let mut arguments: Vec<&str> = arguments.split_whitespace().collect();
    arguments.extend(["--labels", labels, "-o", out]);
    succeed(&arguments);
}

#[test]
fn settings_of_a_report_are_used_again() {
    let folder = TempDir::new().unwrap();
    let [first, again, other] = ["first", "again", "other"].map(|name| path(&folder, name));
    let labels = path(&folder, "labels.csv");
    fs::write(
        &labels,
        "filename,label\nbrahms.flac,a\nfishin.mp3,a\nprompt_a.wav,b\nprompt_b.au,b\n",
    )
    .unwrap();
    odd_report(&first, &labels);
    let read = |out: &str| fs::read(Path::new(out).join("report.json")).unwrap();
    let config = |out: &str| json(&String::from_utf8(read(out)).unwrap())["config"].clone();
    // Nothing in it is the default, or this test would not see what is lost.
    let default = serde_json::to_value(cepstrum::analysis::AnalysisConfig::default()).unwrap();
    for (name, value) in default.as_object().unwrap() {
        let taken = config(&first)[name].clone();
        assert!(
            taken != *value || name == "preset",
            "{name} is the default: {value}"
        );
    }
    let (code, _, told) = run(&mut cepstrum(&[
        "analyze",
        "--config",
        &first,
        "-o",
        &again,
        "--figures",
        "none",
    ]));
    assert_eq!(code, 0, "{told}");
    assert!(
        told.contains("settings, inputs (fixtures/audio), photos (fixtures/photos)"),
        "{told}"
    );
    assert!(read(&first) == read(&again), "not the same bytes");

    for (flags, changed) in [
        (vec!["--n-mels", "50"], vec!["mel"]),
        (vec!["--seed", "0"], vec!["seed"]),
        (vec!["--upsample=false"], vec!["low_rates"]),
        (vec!["--log", "db"], vec!["log"]),
        (vec!["--log-floor", "1e-3"], vec!["log"]),
        (vec!["--n-fft", "2048"], vec!["stft"]),
        (vec!["--examples", "2"], vec!["examples"]),
        (
            vec!["--representations", "log-mel"],
            vec!["representations"],
        ),
        (vec!["--class-depth", "1"], vec!["class_rule"]),
        (vec!["--photos", "fixtures/photos/room.jpg"], vec!["photos"]),
        (vec!["fixtures/audio/speech"], vec!["inputs"]),
    ] {
        let mut arguments = vec![
            "analyze",
            "--config",
            &first,
            "--force",
            "--figures",
            "none",
            "-o",
            &other,
        ];
        arguments.extend(&flags);
        succeed(&arguments);
        let (before, after) = (config(&first), config(&other));
        let names = before.as_object().unwrap().keys();
        let differing: Vec<&String> = names.filter(|name| before[*name] != after[*name]).collect();
        assert_eq!(differing, changed, "{flags:?}");
        if flags == ["--n-fft", "2048"] {
            assert_eq!(after["stft"]["win_length"], 800);
        }
    }
}

#[test]
fn settings_are_refused_where_they_are_none() {
    let folder = TempDir::new().unwrap();
    let out = path(&folder, "out");
    succeed(&["analyze", CLIP, "--figures", "none", "-o", &out]);
    let text = fs::read_to_string(folder.path().join("out/report.json")).unwrap();
    let edited = |name: &str, from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        let file = path(&folder, name);
        fs::write(&file, text.replacen(from, to, 1)).unwrap();
        file
    };
    let newer = edited(
        "newer.json",
        "\"schema_version\": 2",
        "\"schema_version\": 3",
    );
    let unknown = edited("unknown.json", "\"overlap\":", "\"tempo\": 3, \"overlap\":");
    let bad = edited("bad.json", "\"overlap\": 0.0", "\"overlap\": 7.0");
    let noise = path(&folder, "none.json");
    fs::write(&noise, "{}").unwrap();
    for (file, code, words) in [
        (newer, 1, "schema_version is 3, this program reads 1 and 2"),
        (unknown, 1, "this version lacks config.tempo"),
        (bad, 2, "--overlap is 7"),
        (noise, 1, "it is no report"),
        (path(&folder, "absent.json"), 1, "not found"),
    ] {
        let (exit, _, stderr) = run(&mut cepstrum(&["analyze", "--config", &file]));
        assert_eq!(exit, code, "{stderr}");
        assert!(stderr.contains(words), "{stderr} lacks {words}");
    }
    for command in ["noise", "modulation"] {
        let results = path(&folder, command);
        succeed(&[
            command,
            "--config",
            &out,
            "--figures",
            "none",
            "-o",
            &results,
        ]);
        assert!(Path::new(&results).join("report.json").exists());
    }
    assert!(succeed(&["spectrum", "--config", &out]).starts_with("frequency,"));
}

#[test]
fn the_seed_changes_what_is_scrambled_alone() {
    let folder = TempDir::new().unwrap();
    let read = |seed: &str, name: &str| {
        let out = path(&folder, &format!("{seed}{name}"));
        succeed(&[
            "analyze",
            "fixtures/audio",
            "--seed",
            seed,
            "--figures",
            "none",
            "-o",
            &out,
        ]);
        let file = |name| json(&fs::read_to_string(Path::new(&out).join(name)).unwrap());
        (file("report.json"), file("evidence.json"))
    };
    let ((mut a, of_a), (b, of_b)) = (read("0", "a"), read("5", "b"));
    assert_eq!(
        (a["config"]["seed"].clone(), b["config"]["seed"].clone()),
        (0.into(), 5.into())
    );
    assert_eq!(of_b["verdict"]["settings"]["seed"], 5);
    a["config"]["seed"] = 5.into();
    assert_eq!(a, b);
    let log_mel = |evidence: &Value| -> Value {
        let rows = evidence["verdict"]["rows"].as_array().unwrap();
        let found = rows.iter().find(|row| row["representation"] == "log-mel");
        found.unwrap()["numbers"].clone()
    };
    let (of_a, numbers_b) = (log_mel(&of_a), log_mel(&of_b));
    for name in ["alpha_time_null", "alpha_frequency_null"] {
        assert!(of_a[name]["value"].is_f64(), "{name}");
        assert_ne!(of_a[name], numbers_b[name], "{name}");
    }
    for name in [
        "alpha_time",
        "alpha_frequency",
        "photo_distance_db",
        "own_share",
    ] {
        assert_eq!(of_a[name], numbers_b[name], "{name}");
    }
    assert_eq!(of_b, read("5", "c").1);
}

/// What a run scrambled is what the next one of its settings does.
#[test]
fn settings_of_a_report_bring_those_of_its_verdict() {
    let folder = TempDir::new().unwrap();
    let (out, again) = (path(&folder, "out"), path(&folder, "again"));
    let few = ["--null-segments", "3", "--figures", "none", "-o", &out];
    succeed(&[&["analyze", CLIP][..], &few[..]].concat());
    succeed(&[
        "analyze",
        "--config",
        &out,
        "--figures",
        "none",
        "-o",
        &again,
    ]);
    let read = |out: &str| fs::read(Path::new(out).join("evidence.json")).unwrap();
    assert!(read(&again) == read(&out));
    let settings = json(&String::from_utf8(read(&out)).unwrap())["verdict"]["settings"].clone();
    assert_eq!(settings, serde_json::json!({"seed": 0, "null_segments": 3}));
    // Another number of them is another result, which replaces none unasked.
    let more = ["--null-segments", "5", "--figures", "none", "-o", &out];
    let more = [&["analyze", CLIP][..], &more[..]].concat();
    let (code, _, said) = run(&mut cepstrum(&more));
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("null_segments: 3 there, 5 now"), "{said}");
    succeed(&[&more[..], &["--force"]].concat());
}

/// Command line after the program's name, flag (or argument) that the message
/// names, and what it requires. `CLIP`, `FILE`, `REPORT` and `OUT` stand for paths.
const REFUSED: [(&str, &str, &str); 72] = [
    (
        "analyze CLIP -o OUT --segment -1",
        "--segment is -1",
        "above 0 s",
    ),
    (
        "analyze CLIP -o OUT --segment nan",
        "--segment is NaN",
        "above 0 s",
    ),
    (
        "analyze CLIP -o OUT --segment 1e300",
        "--segment is 1000",
        "at most 1e9 s",
    ),
    (
        "analyze CLIP -o OUT --segment x",
        "--segment is x",
        "a number",
    ),
    (
        "analyze CLIP -o OUT --overlap nan",
        "--overlap is NaN",
        "at most 0.99",
    ),
    (
        "analyze CLIP -o OUT --fit-f-min -1",
        "--fit-f-min is -1",
        "0 to 0.5",
    ),
    (
        "analyze CLIP -o OUT --fit-f-max nan",
        "--fit-f-max is NaN",
        "0 to 0.5",
    ),
    (
        "analyze CLIP -o OUT --f-min nan",
        "--f-min is NaN",
        "below --f-max",
    ),
    (
        "analyze CLIP -o OUT --f-max -1",
        "--f-max is -1",
        "greater than 0",
    ),
    (
        "analyze CLIP -o OUT --f-max nan",
        "--f-max is NaN",
        "greater than 0",
    ),
    (
        "analyze CLIP -o OUT --top-db -1",
        "--top-db is -1",
        "greater than 0",
    ),
    (
        "analyze CLIP -o OUT --log ln --log-floor nan",
        "--log-floor is NaN",
        "greater than 0",
    ),
    (
        "analyze CLIP -o OUT --log ln --top-db 80",
        "--top-db is given",
        "--log ln",
    ),
    (
        "analyze CLIP -o OUT --n-fft -1",
        "--n-fft is -1",
        "a whole number",
    ),
    (
        "analyze CLIP -o OUT --n-fft 99999999999",
        "--segment is 2 s",
        "or lower --n-fft",
    ),
    (
        "analyze CLIP -o OUT --limit x",
        "--limit is x",
        "a whole number",
    ),
    (
        "analyze CLIP -o OUT --limit 99999999999999999999999",
        "--limit is 9999",
        "smaller",
    ),
    (
        "analyze CLIP -o OUT --class-depth 0",
        "--class-depth is 0",
        "at least 1",
    ),
    (
        "analyze CLIP -o OUT --seed -1",
        "--seed is -1",
        "a whole number",
    ),
    (
        "analyze CLIP -o OUT --null-segments -1",
        "--null-segments is -1",
        "a whole number",
    ),
    (
        "analyze CLIP -o OUT --nulls 1",
        "--nulls is 1",
        "--null-segments",
    ),
    ("analyze CLIP -o OUT --dpi nan", "--dpi is NaN", "from 20"),
    (
        "analyze CLIP -o OUT --representations foo",
        "--representations is foo",
        "waveform, magn",
    ),
    (
        "analyze CLIP -o OUT --representations waveform,log-mell",
        "--representations is log-mell",
        "cepstrum-2d; did you mean log-mel?",
    ),
    (
        "noise CLIP -o OUT --representations magnitud",
        "--representations is magnitud",
        "cepstrum-2d; did you mean magnitude?",
    ),
    (
        "noise CLIP -o OUT --schedule vp-cosin",
        "--schedule is vp-cosin",
        "; did you mean vp-cosine?",
    ),
    (
        "compare REPORT:log-mell REPORT",
        "REPRESENTATION is log-mell",
        "; did you mean log-mel?",
    ),
    (
        "analyze CLIP -o OUT --channel foo",
        "--channel is foo",
        "mix, left",
    ),
    (
        "analyze CLIP -o OUT --layout foo",
        "'foo' for '--layout",
        "hw, chw",
    ),
    (
        "analyze CLIP -o OUT --sample-rate -1",
        "'-1' for '--sample-rate",
        "0..=4294967295",
    ),
    (
        "analyze CLIP -o FILE",
        "--output is FILE",
        "a folder; it is a file",
    ),
    (
        "analyze CLIP -o FILE/x",
        "--output is FILE/x",
        "in a folder; FILE is a file",
    ),
    (
        "analyze CLIP --config REPORT --preset post",
        "--config",
        "cannot be used with '--preset",
    ),
    ("noise CLIP -o OUT --tau 0", "--tau is 0", "greater than 0"),
    ("noise CLIP -o OUT --sigmas 2,1", "--sigmas", "increasing"),
    (
        "noise CLIP -o OUT --sigmas 2,x",
        "--sigmas is x",
        "a number",
    ),
    ("noise CLIP -o OUT --listen 2", "--listen is 2", "in [0, 1]"),
    (
        "noise CLIP -o OUT --schedule foo",
        "--schedule is foo",
        "flow, vp-cosine",
    ),
    ("noise CLIP -o OUT --dpi 1", "--dpi is 1", "from 20"),
    ("noise CLIP -o FILE", "--output is FILE", "it is a file"),
    ("noise REPORT -o FILE", "--output is FILE", "it is a file"),
    ("noise REPORT -o FILE --dpi 1", "--dpi is 1", "from 20"),
    ("rapsd CLIP --figures FILE --dpi 1", "--dpi is 1", "from 20"),
    ("cepstrum CLIP -o FILE --delta 3", "--delta is 3", "1 or 2"),
    (
        "spectrogram OUT -o OUT.png --dpi 1",
        "--dpi is 1",
        "from 20",
    ),
    ("plot OUT --dpi 1", "--dpi is 1", "from 20"),
    (
        "noise REPORT --config REPORT",
        "--config is given",
        "a saved report has its own",
    ),
    (
        "modulation CLIP -o OUT --directions 7",
        "--directions is 7",
        "even",
    ),
    (
        "modulation CLIP -o FILE",
        "--output is FILE",
        "it is a file",
    ),
    (
        "rapsd CLIP --figures FILE",
        "--figures is FILE",
        "it is a file",
    ),
    (
        "features CLIP --roll-percent nan",
        "--roll-percent is NaN",
        "between 0 and 1",
    ),
    (
        "features CLIP --n-mfcc 500",
        "--n-mfcc is 500",
        "at most --n-mels (128)",
    ),
    (
        "features CLIP --json -o OUT.csv",
        "--json",
        "cannot be used with '--output",
    ),
    (
        "features CLIP -o OUT.txt",
        "--output is OUT.txt",
        ".csv or .npz",
    ),
    (
        "cepstrum CLIP -o OUT.csv --start -1",
        "--start is -1",
        "at least 0",
    ),
    (
        "cepstrum CLIP -o OUT.csv --delta 3",
        "--delta is 3",
        "1 or 2",
    ),
    ("cepstrum CLIP -o FILE", "--output is FILE", "it is a file"),
    (
        "spectrogram CLIP -o OUT.png --f-min 5 --f-max 2",
        "--f-max is 2",
        "above --f-min (5 Hz)",
    ),
    (
        "spectrogram CLIP -o OUT.png --f-min nan",
        "--f-min is NaN",
        "at least 0 Hz",
    ),
    (
        "spectrogram CLIP -o OUT.png --columns 0",
        "--columns is 0",
        "at least 1",
    ),
    (
        "latents CLIP -o OUT --permutations 0",
        "--permutations is 0",
        "from 39",
    ),
    ("latents CLIP -o FILE", "--output is FILE", "it is a file"),
    (
        "synth tone -o OUT.wav --frequency 99999",
        "--frequency is 99999",
        "half the sample rate",
    ),
    (
        "synth tone -o OUT.mp3",
        "--output is OUT.mp3",
        ".wav or .npy",
    ),
    (
        "compare REPORT:foo REPORT",
        "REPRESENTATION is foo",
        "waveform, magn",
    ),
    (
        "compare REPORT:log-mel:jazz REPORT",
        "CLASS is jazz",
        "one of the report's",
    ),
    (
        "compare REPORT:photo REPORT:log-mel",
        "REPRESENTATION is photo",
        "one of the report's",
    ),
    (
        "compare REPORT REPORT -o FILE",
        "--output is FILE",
        "it is a file",
    ),
    ("plot REPORT -o FILE", "--output is FILE", "it is a file"),
    (
        "plot REPORT --theme foo",
        "'foo' for '--theme",
        "light, dark",
    ),
    ("man -o FILE", "--output is FILE", "it is a file"),
    (
        "spectrum CLIP --color foo",
        "'foo' for '--color",
        "auto, always, never",
    ),
];

#[test]
fn bad_values_name_flag_value_and_requirement() {
    let folder = TempDir::new().unwrap();
    let [file, report, out] = ["file", "report", "out"].map(|name| path(&folder, name));
    fs::write(&file, "words").unwrap();
    succeed(&["analyze", CLIP, "--figures", "none", "-o", &report]);
    let filled = |text: &str| {
        let text = text.replace("CLIP", CLIP).replace("FILE", &file);
        text.replace("REPORT", &report).replace("OUT", &out)
    };
    for (line, flag, requirement) in REFUSED {
        let line = filled(line);
        let arguments: Vec<&str> = line.split(' ').collect();
        let (code, stdout, stderr) = run(&mut cepstrum(&arguments));
        assert_eq!((code, stdout.as_str()), (2, ""), "{line}: {stderr}");
        for words in [flag, requirement] {
            assert!(
                stderr.contains(&filled(words)),
                "{line}: {words} is not in: {stderr}"
            );
        }
        assert!(stderr.starts_with("error: "), "{line}: {stderr}");
        assert!(!Path::new(&out).exists(), "{line} left an output");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "words");
}

#[test]
fn missing_folders_above_an_output_are_made() {
    let folder = TempDir::new().unwrap();
    for (arguments, name) in [
        (vec!["spectrum", CLIP], "a/b/c.csv"),
        (vec!["features", CLIP], "d/e.npz"),
        (vec!["spectrogram", CLIP], "f/g.svg"),
        (vec!["cepstrum", CLIP], "h/i.npy"),
        (vec!["synth", "tone"], "j/k.wav"),
        (vec!["analyze", CLIP, "--figures", "none"], "l/m"),
    ] {
        let out = path(&folder, name);
        succeed(&[&arguments[..], &["-o", &out]].concat());
        assert!(Path::new(&out).exists(), "{name}");
    }
    let under_a_file = path(&folder, "a/b/c.csv/d.csv");
    let (code, _, stderr) = run(&mut cepstrum(&["spectrum", CLIP, "-o", &under_a_file]));
    assert_eq!(code, 1);
    assert!(stderr.contains("c.csv can be made"), "{stderr}");
}

#[test]
fn many_classes_with_odd_names_stay_a_table() {
    let folder = TempDir::new().unwrap();
    let long = "very-long-".repeat(9);
    for (i, class) in ["日本の歌", "cafe\u{301}", &long].iter().enumerate() {
        let samples = gauss(i as u64, 5000)
            .iter()
            .map(|&x| 0.1 * x as f32)
            .collect();
        let clip = folder.path().join(class).join("clip.wav");
        let signal = cepstrum::data::Signal {
            samples,
            sample_rate: 8000,
        };
        fs::create_dir_all(clip.parent().unwrap()).unwrap();
        write_wav(&clip, &signal).unwrap();
    }
    let (input, out) = (folder.path().to_str().unwrap(), path(&folder, "out"));
    let table = succeed(&[
        "analyze",
        input,
        "--segment",
        "0.5",
        "--figures",
        "none",
        "-o",
        &out,
    ]);
    let columns = |line: &str| unicode_width::UnicodeWidthStr::width(line);
    let results: Vec<&str> = table.lines().take(9).collect();
    assert!(
        results
            .iter()
            .all(|line| columns(line) == columns(results[0])),
        "{table}"
    );
    assert!(
        table.contains("日本の歌") && table.contains("very-lo…"),
        "{table}"
    );
}
