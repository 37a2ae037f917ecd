//! IMA ADPCM as QuickTime, AIFF-C and CAF hold it: packets of 64 samples per
//! channel, each with the state that it starts from.

/// Bytes of a packet of one channel.
pub(super) const BYTES: usize = 34;
/// Samples in it.
pub(super) const SAMPLES: usize = 64;

/// Step sizes of the IMA recommendation of 1992.
const STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66,
    73, 80, 88, 97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449,
    494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272,
    2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493,
    10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];
/// By how many steps a code of so many quarters moves on.
const MOVES: [i32; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];

/// What one channel has come to.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    sample: i32,
    step: i32,
}

impl State {
    /// Takes up the state that a packet starts from. It has the upper nine bits
    /// of the sample only: where the lower ones are known, they stay.
    fn enter(&mut self, header: u16) {
        let sample = i32::from((header & 0xFF80) as i16);
        let step = i32::from(header & 0x7F).min(STEPS.len() as i32 - 1);
        if step != self.step || (sample - self.sample).abs() > 0x7F {
            *self = State { sample, step };
        }
    }

    fn next(&mut self, code: u8) -> f32 {
        let step = STEPS[self.step as usize];
        let mut change = step >> 3;
        for (bit, part) in [(4, step), (2, step >> 1), (1, step >> 2)] {
            if code & bit != 0 {
                change += part;
            }
        }
        if code & 8 != 0 {
            change = -change;
        }
        self.sample = (self.sample + change).clamp(-32768, 32767);
        self.step = (self.step + MOVES[usize::from(code & 7)]).clamp(0, STEPS.len() as i32 - 1);
        self.sample as f32 / 32768.0
    }
}

/// Decodes packets, one of each channel after the other.
#[derive(Debug)]
pub(super) struct Decoder {
    states: Vec<State>,
}

impl Decoder {
    pub fn new(channels: usize) -> Decoder {
        Decoder {
            states: vec![State::default(); channels],
        }
    }

    /// Appends the interleaved samples of whole packets of all channels.
    pub fn decode(&mut self, packets: &[u8], out: &mut Vec<f32>) {
        let channels = self.states.len();
        for packets in packets.chunks_exact(BYTES * channels) {
            let start = out.len();
            out.resize(start + SAMPLES * channels, 0.0);
            let states = self.states.iter_mut().enumerate();
            for ((channel, state), packet) in states.zip(packets.chunks_exact(BYTES)) {
                state.enter(u16::from_be_bytes([packet[0], packet[1]]));
                let codes = packet[2..].iter().flat_map(|byte| [byte & 15, byte >> 4]);
                let slots = out[start + channel..].iter_mut().step_by(channels);
                for (slot, code) in slots.zip(codes) {
                    *slot = state.next(code);
                }
            }
        }
    }
}
