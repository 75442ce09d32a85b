//! Whole numbers in digits, without the machinery of `std::fmt`.

/// A whole number in digits. `to_string` brings the machinery of formatting with it: 0.7 KB (brotli).
pub fn decimal(mut number: u64) -> String {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return digits[at..]
                .iter()
                .map(|digit| char::from(*digit))
                .collect();
        }
    }
}

/// The same for a number that may be negative.
pub fn signed(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    [sign, &decimal(number.unsigned_abs())].concat()
}
