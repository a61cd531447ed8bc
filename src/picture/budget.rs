//! Memory, shared between threads: large pictures wait for each other.

use std::sync::{Condvar, Mutex, PoisonError};

/// How many bytes of pixels may be in memory at a time, over all threads.
const TOTAL: u64 = 400 << 20;

/// Bytes that threads take before they decode, and give back after.
#[derive(Debug)]
pub struct Budget {
    left: Mutex<u64>,
    given_back: Condvar,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: Mutex::new(TOTAL), given_back: Condvar::new() }
    }
}

impl Budget {
    /// Waits until so many bytes are free, and takes them. What is larger than
    /// all there are has them alone.
    pub fn take(&self, bytes: u64) -> Share<'_> {
        let bytes = bytes.min(TOTAL);
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        while *left < bytes {
            left = self.given_back.wait(left).unwrap_or_else(PoisonError::into_inner);
        }
        *left -= bytes;
        Share { budget: self, bytes }
    }
}

/// Bytes that are given back when this is dropped.
#[derive(Debug)]
pub struct Share<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        *self.budget.left.lock().unwrap_or_else(PoisonError::into_inner) += self.bytes;
        self.budget.given_back.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn large_pictures_wait_for_each_other() {
        let budget = Budget::default();
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let share = budget.take(TOTAL * 2 / 5);
                        let count = now.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(count, Ordering::SeqCst);
                        std::thread::yield_now();
                        now.fetch_sub(1, Ordering::SeqCst);
                        drop(share);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 2);
        drop(budget.take(u64::MAX));
    }
}
