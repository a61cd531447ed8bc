//! Work on many things side by side, with the results in their order.
//!
//! Knows: threads. Must not know: what the work is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// The stack of a thread: readers go down into nested blocks.
const STACK: usize = 8 << 20;

/// Does `work` for each item on `jobs` threads, and returns the results in the
/// order of the items, whichever was done first.
pub fn in_order<T: Sync, R: Send>(
    jobs: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let jobs = jobs.clamp(1, items.len().max(1));
    if jobs == 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    std::thread::scope(|scope| {
        let turn = || {
            let mut own = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(index) else { break };
                own.push((index, work(item)));
            }
            done.lock().unwrap_or_else(PoisonError::into_inner).extend(own);
        };
        // This thread takes part, so that all is done even if no other starts.
        for _ in 1..jobs {
            let _ = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, turn);
        }
        turn();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Does two things, side by side if there are two threads for them, and returns what the first
/// comes to.
pub fn beside<R: Send>(
    jobs: usize,
    one: &mut (impl FnMut() -> R + Send),
    other: impl FnOnce(),
) -> R {
    if jobs < 2 {
        let result = one();
        other();
        return result;
    }
    let done = Mutex::new(None);
    let place = Mutex::new(one);
    std::thread::scope(|scope| {
        let turn = || {
            let mut one = place.lock().unwrap_or_else(PoisonError::into_inner);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            if done.is_none() {
                *done = Some(one());
            }
        };
        let spawned = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, turn);
        other();
        if spawned.is_err() {
            turn();
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner).expect("it was done by one of them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        let items: Vec<usize> = (0..1000).collect();
        for jobs in [0, 1, 3, 2000] {
            assert_eq!(in_order(jobs, &items, |item| item * 2)[..3], [0, 2, 4]);
            assert_eq!(in_order(jobs, &items, |item| item * 2).len(), 1000);
        }
        assert!(in_order(4, &[], |item: &usize| *item).is_empty());
    }
}
