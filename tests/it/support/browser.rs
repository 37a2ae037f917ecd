//! A headless Chromium, driven through chromedriver.

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A running browser; it ends with this value.
pub struct Browser {
    pub client: Client,
    driver: Child,
    _profile: TempDir,
}

/// A command that the client has no method for.
#[derive(Debug)]
struct Raw {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Raw {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// The first of some programs that is on the path.
fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut all = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    all.find(|path| path.is_file())
}

impl Browser {
    /// `None`, said aloud, where Chromium or its driver is not installed.
    pub async fn start(test: &str) -> Option<Browser> {
        let chromium = program(&["chromium", "chromium-browser", "google-chrome"]);
        let (Some(chromium), Some(driver)) = (chromium, program(&["chromedriver"])) else {
            eprintln!("SKIPPED without chromium: {test} (install chromium and chromium-driver)");
            return None;
        };
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port: u16 = lines
            .find_map(|line| {
                let line = line.unwrap();
                let port = line.split("started successfully on port ").nth(1)?;
                port.trim_end_matches('.').parse().ok()
            })
            .expect("chromedriver names its port");
        // Whatever else it prints must find a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let profile = TempDir::new().unwrap();
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
        ];
        let mut arguments: Vec<String> = arguments.map(String::from).to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = json!({
            "goog:chromeOptions": { "args": arguments, "binary": chromium },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let mut connector = HttpConnector::new();
        connector.enforce_http(true);
        let client = ClientBuilder::new(connector)
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        Some(Browser {
            client,
            driver,
            _profile: profile,
        })
    }

    /// Sends a command of the DevTools protocol.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let raw = Raw {
            path: "goog/cdp/execute",
            body: json!({ "cmd": method, "params": parameters }),
        };
        self.client.issue_cmd(raw).await.unwrap()
    }

    /// What the console said since it was last asked.
    pub async fn console(&self) -> Vec<String> {
        let raw = Raw {
            path: "se/log",
            body: json!({ "type": "browser" }),
        };
        let entries = self.client.issue_cmd(raw).await.unwrap();
        let entries = entries.as_array().unwrap().clone();
        entries.iter().map(Value::to_string).collect()
    }

    /// A screen of `width` pixels, light or dark.
    pub async fn look(&self, width: u32, scheme: &str) {
        let metrics = json!({
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", media).await;
        // Drawings follow their places' sizes after the next frame.
        let settled = "const done = arguments[0]; \
            requestAnimationFrame(() => requestAnimationFrame(() => done(null)))";
        self.client.execute_async(settled, vec![]).await.unwrap();
    }

    /// Writes a picture of the whole page and returns its bytes.
    pub async fn screenshot(&self, path: &Path) -> Vec<u8> {
        let whole = json!({ "format": "png", "captureBeyondViewport": true });
        let taken = self.devtools("Page.captureScreenshot", whole).await;
        write_base64(&taken, path)
    }

    /// Writes the page as it is printed and returns its bytes.
    pub async fn print(&self, path: &Path) -> Vec<u8> {
        let settings = json!({ "printBackground": true, "paperWidth": 8.27, "paperHeight": 11.69 });
        let printed = self.devtools("Page.printToPDF", settings).await;
        write_base64(&printed, path)
    }

    /// The value of an expression in the page.
    pub async fn value(&self, expression: &str) -> Value {
        let script = format!("return {expression};");
        self.client.execute(&script, vec![]).await.unwrap()
    }

    /// Ends the session.
    pub async fn close(self) {
        self.client.clone().close().await.unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn write_base64(answer: &Value, path: &Path) -> Vec<u8> {
    use base64::Engine;
    let data = answer["data"].as_str().unwrap();
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(data)
        .unwrap();
    std::fs::write(path, &bytes).unwrap();
    bytes
}
