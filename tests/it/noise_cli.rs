//! `cepstrum noise`, `synth` and the figures of `rapsd`, from end to end.

use crate::support::{assert_near, cepstrum};
use cepstrum::decode::{Channel, read_signal};
use cepstrum::planar::{Radius, rapsd};
use cepstrum::synth::{coloured_field, coloured_noise};
use ndarray::{Array2, Array3};
use ndarray_npy::{ReadNpyExt, write_npy};
use predicates::prelude::*;
use serde_json::Value;
use std::fs::{self, File};
use std::path::Path;
use tempfile::TempDir;

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn array(path: &Path) -> Array2<f64> {
    Array2::read_npy(File::open(path).unwrap()).unwrap()
}

#[test]
fn noise_of_clips_and_photos() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    cepstrum()
        .args([
            "noise",
            "fixtures/audio/music",
            "--photos",
            "fixtures/photos",
        ])
        .args(["--frames", "5", "--listen", "0,0.5", "-o"])
        .arg(&out)
        .assert()
        .success()
        .stdout(predicate::str::contains("drowns first"))
        .stdout(predicate::str::contains("photo"))
        .stderr(predicate::str::contains(
            "divided by their standard deviation",
        ));
    assert_eq!(
        names(&out),
        [
            "detectability.csv",
            "figures",
            "files.csv",
            "noise.json",
            "report.json",
            "results.csv",
            "schedule",
            "sound",
            "spectra.csv",
            "spectra.npz",
            "tide"
        ]
    );
    let noise = json(&out.join("noise.json"));
    let studies = noise["studies"].as_array().unwrap();
    assert_eq!(studies.len(), 3);
    for study in studies {
        assert_eq!(study["origin"], "measured");
        assert_eq!(study["scaling"], "unit_variance");
        let n = study["frequency"].as_array().unwrap().len();
        let name = study["representation"].as_str().unwrap();
        let tide = array(&out.join(format!("tide/{name}.npy")));
        assert_eq!(tide.dim(), (4 + 5, n));
        assert!(tide.iter().all(|x| x.is_finite()));
        // The sum of independent data and noise lies above both, on average.
        let mean = |row: usize| tide.row(row).sum() / n as f64;
        assert!(mean(8) > mean(1));
    }
    let figures = names(&out.join("figures"));
    for name in [
        "mean_log_rapsd_noise.png",
        "mean_log_rapsd_sum.svg",
        "mean_log_rapsd_high_noise.png",
        "max_detectable_frequency.png",
        "rising_tide.gif",
        "rising_tide_sound.gif",
        "rising_tide_log_mel.gif",
        "heat_photos.png",
        "heat_photos.gif",
        "heat_log_mel.gif",
        "snr_waveform.png",
        "detectability_waveform.svg",
    ] {
        assert!(
            figures.contains(&name.to_string()),
            "no {name} in {figures:?}"
        );
    }
    // Two clips, two times.
    let sound = names(&out.join("sound"));
    assert_eq!(sound.len(), 4, "{sound:?}");
    let clip = read_signal(&out.join("sound").join(&sound[0]), Channel::Mix).unwrap();
    assert!(clip.samples.iter().all(|x| x.abs() < 0.995));

    let csv = fs::read_to_string(out.join("detectability.csv")).unwrap();
    let flow = csv
        .lines()
        .filter(|l| l.starts_with("photo,all,flow,"))
        .count();
    assert_eq!(flow, 101);
    assert_eq!(
        csv.lines()
            .filter(|l| l.starts_with("photo,all,vp-linear,"))
            .count(),
        1000
    );
    let last = csv
        .lines()
        .rfind(|l| l.starts_with("photo,all,flow,"))
        .unwrap();
    assert!(
        last.ends_with(",0,0,0,cycles/sample,0,0"),
        "all is drowned at t = 1: {last}"
    );

    // A report has its own settings, its own photos, and is not measured again.
    for (arguments, message) in [
        (&["--n-mels", "64"][..], "--n-mels is given"),
        (&["--preset", "post"], "--preset is given"),
        (&["--photos", "fixtures/photos"], "--photos is given"),
        (&["--listen", "0.5"], "--listen is given"),
        (&[], "noise was measured there"),
    ] {
        let mut command = cepstrum();
        command.arg("noise").arg(&out).args(arguments);
        command
            .assert()
            .failure()
            .stderr(predicate::str::contains(message));
    }
    // The same from the report alone.
    let again = folder.path().join("again");
    cepstrum()
        .arg("noise")
        .arg(&out)
        .args(["--figures", "main", "-o"])
        .arg(&again)
        .assert()
        .success();
    // Forced into the folder of a whole run, it leaves nothing of that.
    cepstrum()
        .arg("noise")
        .arg(&out)
        .args([
            "--figures",
            "main",
            "--force",
            "--representations",
            "log-mel",
        ])
        .assert()
        .success();
    let left = names(&out.join("figures"));
    assert!(left.contains(&"snr_log_mel.png".to_string()));
    let stale = |n: &String| n.ends_with(".gif") || n.contains("photos") || n.contains("rapsd");
    assert!(!left.iter().any(stale), "{left:?}");
    assert_eq!(names(&out.join("tide")), ["log-mel.npy"]);
    let expected = json(&again.join("noise.json"));
    assert_eq!(expected["studies"][0]["origin"], "expected");
    assert_eq!(
        expected["studies"][2]["schedules"],
        noise["studies"][2]["schedules"]
    );
    assert!(
        !names(&again.join("figures"))
            .iter()
            .any(|n| n.ends_with(".gif"))
    );
}

#[test]
fn noise_of_arrays_and_bad_arguments() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("field.npy");
    write_npy(&path, &coloured_field(1, 48, 48, 2.0)).unwrap();
    let out = folder.path().join("out");
    let noise = |arguments: &[&str]| {
        let mut command = cepstrum();
        command.arg("noise").arg(&path).args(arguments);
        command.args(["--figures", "main", "-o"]).arg(&out);
        command.assert()
    };
    noise(&["--sigmas", "0.1,1,10"]).success();
    let study = &json(&out.join("noise.json"))["studies"][0];
    assert_eq!(study["representation"], "array");
    assert_eq!(study["tide"].as_array().unwrap().len(), 3);
    for (arguments, flag) in [
        (&["--sigmas", "-1,1"][..], "--sigmas"),
        (&["--sigma", "-1"], "--sigma"),
        (&["--tau", "0"], "--tau"),
        (&["--tau", "-2"], "--tau"),
        (&["--listen", "1.5"], "--listen is 1.5"),
        (&["--listen", "0.5"], "--listen"),
        (&["--frames", "1"], "--frames"),
        (&["--schedule", "ddim"], "vp-linear"),
    ] {
        noise(arguments)
            .code(2)
            .stderr(predicate::str::contains(flag));
    }
    // What has no spectrum: NaN, a single pixel, a constant.
    for (name, values) in [
        ("nan", Array2::from_elem((16, 16), f64::NAN)),
        ("pixel", Array2::from_elem((1, 1), 1.0)),
        ("constant", Array2::from_elem((16, 16), 2.5)),
    ] {
        let path = folder.path().join(format!("{name}.npy"));
        write_npy(&path, &values).unwrap();
        let mut command = cepstrum();
        command
            .arg("noise")
            .arg(&path)
            .arg("-o")
            .arg(folder.path().join(name));
        command
            .assert()
            .code(1)
            .stderr(predicate::str::contains(format!("{name}.npy")));
    }
}

#[test]
fn two_dimensional_spectra_of_a_photo_a_clip_and_an_array() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("field.npy");
    let field = coloured_field(1, 32, 48, 2.0);
    write_npy(&path, &field).unwrap();
    let out = folder.path().join("spectra");
    cepstrum()
        .args([
            "rapsd",
            "fixtures/photos",
            "fixtures/audio/music/brahms.flac",
        ])
        .arg(&path)
        .args(["--examples", "6", "--figures"])
        .arg(&out)
        .arg("-o")
        .arg(folder.path().join("rapsd.csv"))
        .assert()
        .success();
    let files = names(&out);
    for name in [
        "image_spectrum.gif",
        "plot_image_rapsd.png",
        "plot_image_spectra.svg",
        "field_npy.log_magnitude.npy",
        "field_npy.phase.npy",
        "field_npy.slices.npy",
    ] {
        assert!(files.contains(&name.to_string()), "no {name} in {files:?}");
    }
    // |F|^2 = exp(2 log magnitude): Parseval.
    let log_magnitude = array(&out.join("field_npy.log_magnitude.npy"));
    assert_eq!(log_magnitude.dim(), (32, 48));
    let energy: f64 = log_magnitude.iter().map(|l| (2.0 * l).exp()).sum();
    let expected = field.iter().map(|x| x * x).sum::<f64>();
    assert_near("energy", energy / (32.0 * 48.0), expected, 1e-9 * expected);
    let slices = array(&out.join("field_npy.slices.npy"));
    assert_eq!(slices.dim(), (60, 100));
    // All rays begin at DC.
    assert!(slices.column(0).iter().all(|p| *p == slices[[0, 0]]));
}

#[test]
fn synthetic_signals_have_their_known_answers() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    let synth = |arguments: &[&str], name: &str| {
        let mut command = cepstrum();
        command
            .arg("synth")
            .args(arguments)
            .arg("-o")
            .arg(path(name));
        command.assert()
    };
    synth(
        &[
            "tone",
            "--frequency",
            "1000",
            "--duration",
            "1",
            "--sample-rate",
            "8000",
        ],
        "tone.npy",
    )
    .success();
    let tone = array(&path("tone.npy"));
    assert_eq!(tone.dim(), (1, 8000));
    // A sine of 1000 Hz at 8 kHz repeats every 8 samples.
    assert_near("quarter", tone[[0, 2]], 0.1, 1e-12);
    assert_near("period", tone[[0, 4001]], tone[[0, 1]], 1e-9);
    synth(&["chirp", "--f-start", "50", "--f-end", "500"], "chirp.wav").success();
    synth(
        &["am-tone", "--depth", "0.5", "--amplitude", "0.2"],
        "am.wav",
    )
    .success();
    let am = read_signal(&path("am.wav"), Channel::Mix).unwrap();
    let peak = am.samples.iter().fold(0.0_f32, |a, x| a.max(x.abs()));
    assert_near("peak", f64::from(peak), 0.3, 1e-3);
    synth(
        &["noise", "--alpha", "1", "--seed", "7", "--amplitude", "1"],
        "pink.npy",
    )
    .success();
    let pink = array(&path("pink.npy"));
    let expected = coloured_noise(7, 44_100, 1.0);
    assert!(pink.iter().zip(&expected).all(|(a, b)| a == b));
    synth(
        &[
            "field", "--alpha", "2", "--seed", "3", "--rows", "64", "--cols", "64",
        ],
        "f.npy",
    )
    .success();
    let pixel = |len| cepstrum::data::Axis::Uniform {
        unit: cepstrum::data::Unit::Pixel,
        start: 0.0,
        step: 1.0,
        len,
    };
    let plane = cepstrum::data::Plane {
        values: array(&path("f.npy")),
        rows: pixel(64),
        cols: pixel(64),
    };
    let power = rapsd(&plane, Radius::Frequency).unwrap().power;
    // f^-2 from ring 4 to ring 16: a factor of 16, within the rings' scatter.
    let ratio: f64 =
        (3..=5).map(|r| power[r]).sum::<f64>() / (15..=17).map(|r| power[r]).sum::<f64>();
    assert!((10.0..25.0).contains(&ratio), "{ratio}");

    for (arguments, name, flag) in [
        (
            &["tone", "--frequency", "20000"][..],
            "x.wav",
            "--frequency",
        ),
        (&["tone", "--duration", "0"], "x.wav", "--duration"),
        (&["tone", "--amplitude", "-1"], "x.wav", "--amplitude"),
        (&["am-tone", "--depth", "2"], "x.wav", "--depth"),
        (&["tone"], "x.mp3", "--output"),
        (&["field", "--rows", "0"], "x.npy", "--rows"),
        (&["field", "--alpha", "nan"], "x.npy", "--alpha"),
    ] {
        synth(arguments, name)
            .code(2)
            .stderr(predicate::str::contains(flag));
    }
}

#[test]
fn arrays_of_many_channels_average_power() {
    // Two channels: data and silence with data. The mean of powers, each with
    // noise of its own, must lie above noise alone and below the louder one.
    let folder = TempDir::new().unwrap();
    let mut stack = Array3::zeros((2, 32, 32));
    stack
        .index_axis_mut(ndarray::Axis(0), 0)
        .assign(&coloured_field(1, 32, 32, 2.0));
    let path = folder.path().join("two.npy");
    write_npy(&path, &stack).unwrap();
    let out = folder.path().join("out");
    cepstrum()
        .arg("noise")
        .arg(&path)
        .args([
            "--layout",
            "chw",
            "--scaling",
            "native",
            "--sigmas",
            "0.001,1e6",
        ])
        .args(["--figures", "none", "-o"])
        .arg(&out)
        .assert()
        .success();
    let tide = array(&out.join("tide/array.npy"));
    for i in 0..tide.ncols() {
        // Almost no noise: the mean of the channels' powers, half of the field's.
        assert_near("quiet", tide[[4, i]], tide[[1, i]], 0.01);
        // Almost nothing else: ln sigma^2 and the scatter of two channels' rings.
        assert_near(
            "loud",
            tide[[5, i]],
            2.0 * 1e6_f64.ln() + tide[[2, i]],
            1e-4,
        );
    }
}
