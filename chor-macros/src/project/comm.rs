//! Messages: who sends, who receives, and who is both.

use super::Projector;
use crate::ir::{Comm, Local, RoleId, Send, Type, Way};

impl Projector<'_> {
    pub(super) fn project_comm(&self, comm: &Comm, want: &Type) -> Local {
        let receives = self.is_one_of(&comm.to);
        let kept = self.has(comm.keep) && self.wants(want);
        if self.is_one_of(&[comm.from]) {
            return Local::Send(self.project_send(comm, receives, want));
        }
        if receives {
            let (from, step, ty) = (comm.from, comm.step, comm.ty.clone());
            let way = Way { attempt: comm.attempt, within: comm.within.clone() };
            return Local::Recv { from, step, ty, way, span: comm.payload.span };
        }
        // Another role of the agreement that was copied: it has its own.
        if kept { Local::Code(comm.payload.clone()) } else { Local::Nothing }
    }

    /// What one sends to oneself is handed over: of the receivers, those are left out that surely are
    /// the sender.
    fn project_send(&self, comm: &Comm, receives: bool, want: &Type) -> Send {
        let other = |role: &RoleId| self.is_family(*role) || !self.is_one_of(&[*role]);
        let to: Vec<RoleId> = comm.to.iter().copied().filter(other).collect();
        let bound = |role: &RoleId| role.index() >= self.families.len();
        let families = to.iter().any(|role| self.is_family(*role));
        Send {
            many: families || to.len() > 1 && to.iter().any(bound),
            to,
            step: comm.step,
            ty: comm.ty.clone(),
            payload: comm.payload.clone(),
            by: comm.by,
            copies: receives || !comm.keep.is_empty(),
            keep: (receives || self.has(comm.keep)) && self.wants(want),
            way: Way { attempt: comm.attempt, within: comm.within.clone() },
        }
    }

    pub(super) fn is_one_of(&self, roles: &[RoleId]) -> bool {
        self.has(roles.iter().copied().collect())
    }

    fn is_family(&self, role: RoleId) -> bool {
        matches!(self.families.get(role.index()), Some(Some(_)))
    }
}
