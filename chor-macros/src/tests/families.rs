//! Shares of families, of branches at once, and of what may not come.

use super::{shares, tokens};

/// Of a family of so many, with all that can be done with one.
fn of_members(count: &str) -> String {
    format!(
        "chor f[Leader, Workers[{count}]](
            limit: Duration @ Leader, x: u32 @ each Workers
        ) -> (Vec<u32> @ Leader, Vec<u32> @ Workers) {{
            let asked: u32 = Leader => Workers: Workers.len();
            for w in Workers {{
                let one: u32 = w -> Leader: x + asked;
                Leader: print(one);
            }}
            let last = Workers[Workers.len() - 1];
            let known: u32 = last => Workers: x;
            let few: Vec<(Member, u32)> @ Leader =
                each w in Workers first 2 within limit {{ w -> Leader: x + known }};
            Leader: print(few);
            let got: Vec<u32> @ Leader = each w in Workers {{
                let job: u32 = Leader -> w: w.index();
                w -> Leader: job
            }};
            let all: Vec<u32> @ Workers = each w in Workers {{ w => Workers: x }};
            (Leader: got, Workers: all)
        }}"
    )
}

#[test]
fn what_a_family_becomes_does_not_depend_on_how_many_they_are() {
    let (three, thousand) = (tokens(&of_members("3")), tokens(&of_members("1000")));
    assert_eq!(three.len(), thousand.len());
    // A diagram in the docs is wider where a name is longer.
    let drawn = |word: &str| word.replace([' ', '-'], "");
    // The numbers of roots tell choreographies apart, and are made of the whole header.
    let is_root = |word: &str| word.ends_with("u64") && word.len() > 12;
    let same = |(one, other): &(&String, &String)| {
        drawn(one) == drawn(&other.replace("1000", "3")) || is_root(one) && is_root(other)
    };
    let others: Vec<_> = three.iter().zip(&thousand).filter(|pair| !same(pair)).collect();
    assert!(others.is_empty() && three != thousand, "{others:#?}");
}

#[test]
fn members_have_their_own_share_of_each() {
    insta::assert_snapshot!(shares(
        "chor f[Leader, Workers[..]](jobs: Vec<u32> @ Leader) -> Vec<u32> @ Leader {
            each w in Workers {
                let job: u32 = Leader -> w: jobs[w.index()];
                let done: u32 = w -> Leader: work(job);
                done
            }
        }"
    ));
}

#[test]
fn all_members_take_part_in_what_is_sent_to_all() {
    insta::assert_snapshot!(shares(
        "chor f[Workers[..]](x: u32 @ each Workers) -> Vec<u32> @ Workers {
            each w in Workers { w => Workers: x }
        }"
    ));
}

#[test]
fn a_member_by_number_splits_the_rest_of_a_block() {
    insta::assert_snapshot!(shares(
        "chor f[Leader, Workers[..]](x: u32 @ each Workers) -> u32 @ Leader {
            let last = Workers[Workers.len() - 1];
            let x: u32 = last -> Leader: x;
            x
        }"
    ));
}

#[test]
fn statements_that_depend_on_a_member_are_split_one_by_one() {
    insta::assert_snapshot!(shares(
        "chor f[Leader, Workers[..]](x: u32 @ each Workers) -> u32 @ Leader {
            let first = Workers[0];
            let last = Workers[Workers.len() - 1];
            let asked: u32 = Leader -> first: 1;
            first: work(asked);
            first -> last: x as u32;
            each Workers: work(x);
            let known: u32 = last => Workers: x;
            each Workers: work(known);
            last -> Leader: known
        }"
    ));
}

#[test]
fn a_value_that_could_be_held_for_a_purpose_is_so_to_the_end() {
    insta::assert_snapshot!(shares(
        "chor f[Leader, Workers[..]](x: u32 @ each Workers) {
            let first = Workers[0];
            let guard = first: lock();
            each Workers: work(x);
        }"
    ));
}

#[test]
fn a_part_for_all_members_is_split_as_a_whole() {
    insta::assert_snapshot!(shares(
        "chor f[Workers[..]](x: u32 @ each Workers) {
            let first = Workers[0];
            each w in Workers {
                let x: u32 = w -> first: x;
                first: work(x);
            }
        }"
    ));
}

#[test]
fn a_message_to_oneself_is_handed_over() {
    insta::assert_snapshot!(shares(
        "chor f[Nodes[..]](x: u32 @ each Nodes) {
            each u in Nodes {
                each v in Nodes {
                    let x: u32 = u -> v: x;
                    v: print(x);
                }
            }
        }"
    ));
}

#[test]
fn a_loop_over_members_is_run_by_those_who_act_for_others() {
    insta::assert_snapshot!(shares(
        "chor f[Leader, Workers[..]](x: u32 @ each Workers) {
            for w in Workers {
                let x: u32 = w -> Leader: x;
                Leader: print(x);
            }
        }"
    ));
}

#[test]
fn branches_without_a_part_are_left_out() {
    insta::assert_snapshot!(shares(
        "chor f[A, B, C](x: u32 @ A) -> (u32, u32) @ B {
            let (one, two) = par {
                { let one: u32 = A -> B: x; one }
                { let two: u32 = C -> B: 2; two }
            };
            B: (one, two)
        }"
    ));
}

#[test]
fn lists_play_families() {
    insta::assert_snapshot!(shares(
        "chor g[Leader, Workers[..]](x: u32 @ Leader) -> u32 @ Workers { Leader -> Workers: x }
        chor f[A, B, C](x: u32 @ A) -> u32 @ [B, C] { g[A, [B, C]](x) }"
    ));
}

#[test]
fn what_may_not_come_says_so_at_both_ends() {
    insta::assert_snapshot!(shares(
        "chor f[A, B](x: u32 @ A, limit: Duration @ B) -> Option<u32> @ B {
            let lost: Result<u32, Lost> @ B = try A -> B: x;
            B: print(lost);
            let late: Option<u32> @ B = A -> B within limit: x;
            late
        }
        chor votes[Judge, Voters[..]](x: u32 @ each Voters) -> Vec<(Member, u32)> @ Judge {
            each w in Voters first 2 { w -> Judge: x }
        }"
    ));
}
