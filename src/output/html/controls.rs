//! The tide's slider and the places of its drawings.

use super::markup::escaped;
use super::tide::Tide;
use crate::analysis::Average;

/// The tide, or why there is none.
pub(super) fn section(tide: Result<&Tide, &crate::Error>) -> String {
    let body = match tide {
        Ok(tide) => controls(tide),
        Err(error) => format!(
            "<p class=\"note\">Not drawn: {}</p>\n",
            escaped(&error.to_string())
        ),
    };
    format!("<section id=\"tide\">\n<h2>The rising tide</h2>\n{body}</section>\n")
}

fn controls(tide: &Tide) -> String {
    let option = |(i, times): (usize, &super::tide::Times)| {
        let selected = if i == 0 { " selected" } else { "" };
        format!("<option value=\"{i}\"{selected}>{}</option>", times.name)
    };
    let schedules: String = tide.schedules.iter().enumerate().map(option).collect();
    let panels: String = tide
        .panels
        .iter()
        .enumerate()
        .map(|(i, panel)| {
            format!(
                "<article class=\"panel\" data-panel=\"{i}\">\n<h3>{}</h3>\n\
                 <p class=\"readings\"><span><span class=\"label\">f<sub>max</sub></span> \
                 <output data-reading=\"f_max\"></output></span>\
                 <span><span class=\"label\">band left</span> <output data-reading=\"share\"></output></span></p>\n\
                 <div class=\"plot\" aria-label=\"Rising tide: {}\"></div>\n\
                 <p class=\"note\">{}</p>\n</article>\n",
                panel.title,
                panel.title,
                escaped(&panel.scaling)
            )
        })
        .collect();
    format!(
        "<p class=\"intro\">White noise covers every frequency alike. Where the spectrum stands above \
         the noise floor it can still be detected{}; the rest is drowned.{}</p>\n\
         <div class=\"controls\">\n\
         <div class=\"time\"><label for=\"t\">time t</label>\
         <input type=\"range\" id=\"t\" min=\"0\" max=\"100\" step=\"1\" value=\"50\">\
         <output id=\"t-value\" for=\"t\"></output></div>\n\
         <label>schedule <select id=\"schedule\">{schedules}</select></label>\n{}\
         <p id=\"levels\" class=\"levels\"></p>\n\
         <p id=\"convention\" class=\"note\"></p>\n</div>\n\
         <p id=\"tide-summary\" class=\"hidden\" aria-live=\"polite\"></p>\n\
         <p class=\"key\" aria-hidden=\"true\"><span class=\"k data\">data</span>\
         <span class=\"k floor\">noise floor</span><span class=\"k sum\">data with noise</span>\
         <span class=\"k drowned\">drowned</span></p>\n\
         <div class=\"panels\">\n{panels}</div>\n\
         <article class=\"left\"><h3>Share of the band left</h3>\n\
         <div class=\"plot\" id=\"left\" aria-label=\"Share of the band left over time\"></div>\n\
         <p class=\"key\" id=\"left-key\"></p></article>\n",
        match tide.tau {
            1.0 => String::new(),
            tau => format!(" (signal-to-noise ratio above {tau})"),
        },
        match tide.average {
            Average::Arithmetic => "",
            Average::Geometric => {
                " Powers are means of ln P, compared with the noise’s variance, as in the post."
            }
        },
        classes(tide)
    )
}

/// A choice among the classes of all panels.
fn classes(tide: &Tide) -> String {
    let mut names: Vec<&str> = vec![];
    let studies = tide.panels.iter().flat_map(|panel| &panel.studies);
    for class in studies.map(|study| study.class.as_str()) {
        if !names.contains(&class) {
            names.push(class);
        }
    }
    if names.len() < 2 {
        return String::new();
    }
    let options: String = names
        .iter()
        .map(|name| format!("<option value=\"{0}\">{0}</option>", escaped(name)))
        .collect();
    format!("<label>class <select id=\"class\">{options}</select></label>\n")
}
