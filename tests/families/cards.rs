//! A card game: a card for each player, a second one for who wants it, and one that all have.

use crate::crashes;
use chor::prelude::*;
use chor::sim::{Simulation, What, simulate};

chor! {
    /// A player wins when the sum of its cards mod 21 exceeds 19.
    chor game[Dealer, Players[..]](
        deck: Vec<u32> @ Dealer,
        wants: fn(u32) -> bool @ each Players,
    ) -> bool @ each Players {
        let card: u32 @ each Players = each p in Players { Dealer -> p: deck[p.index()] };
        let sum: u32 @ each Players = each p in Players {
            if p => Dealer: wants(card) {
                let more: u32 = Dealer -> p: deck[Players.len() + p.index()];
                p: card + more
            } else {
                p: card
            }
        };
        let common: u32 = Dealer -> Players: deck[2 * Players.len()];
        each Players: (sum + common) % 21 > 19
    }
}

const STRATEGIES: [fn(u32) -> bool; 3] = [|_| true, |_| false, |card| card < 9];

/// The same as a plain function.
fn wins(deck: &[u32], players: usize) -> Vec<bool> {
    let sum = |player: usize| {
        let card = deck[player];
        let more = STRATEGIES[player % 3](card).then(|| deck[players + player]);
        card + more.unwrap_or(0)
    };
    (0..players).map(|player| (sum(player) + deck[2 * players]) % 21 > 19).collect()
}

#[tokio::test]
async fn random_games_end_as_in_a_plain_function() {
    let mut state = 1_u64;
    let mut random = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 60).expect("four bits")
    };
    for game_number in 0..100 {
        let players = game_number % 7;
        let deck: Vec<u32> = (0..=2 * players).map(|_| 1 + random() % 13).collect();
        let wants = (0..players).map(|player| STRATEGIES[player % 3]).collect();
        let outcome = simulate(game::Choreography::new(deck.clone(), wants)).await.unwrap();
        assert_eq!(outcome.players, wins(&deck, players), "{players} players with {deck:?}");
    }
}

/// What the second of three players is told, where the first one plays so.
fn told_to_the_second(first: fn(u32) -> bool) -> Vec<String> {
    let wants = vec![first, STRATEGIES[0], STRATEGIES[1]];
    let run = Simulation::new().run(|| game::Choreography::new(vec![3, 8, 11, 9, 6, 2, 9], wants));
    for event in run.trace.events() {
        let What::Sent { to, .. } = event.what() else { continue };
        assert!([event.role(), to].contains(&"Dealer"), "players tell each other nothing");
    }
    let text = run.trace.to_string();
    text.lines()
        .filter_map(|line| line.strip_prefix("Dealer -> Players[1]: "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn what_one_player_wants_no_other_is_told() {
    let told = ["card = 8", "more = 6", "common = 9"];
    assert_eq!(told_to_the_second(|_| true), told);
    assert_eq!(told_to_the_second(|_| false), told);
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    let make = || game::Choreography::new(vec![5; 7], STRATEGIES.to_vec());
    crashes::change_nothing_else(make);
}

#[test]
fn no_seed_changes_who_wins() {
    let deck = || vec![3, 8, 11, 9, 9, 2, 9];
    crate::change_nothing(|| game::Choreography::new(deck(), STRATEGIES.to_vec()));
}
