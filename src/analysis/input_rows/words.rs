//! Texts that many rows have in common.

use std::collections::HashMap;
use std::sync::Arc;

/// Texts that many rows share, each once.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    all: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Words {
    /// The number of a text.
    pub fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = self.all.len() as u32;
        let word: Arc<str> = word.into();
        self.all.push(Arc::clone(&word));
        self.numbers.insert(word, number);
        number
    }

    /// The text of a number that [`Words::number`] gave.
    pub fn word(&self, number: u32) -> String {
        self.all[number as usize].to_string()
    }
}
