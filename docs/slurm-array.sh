#!/bin/bash
# An array on SLURM: each task makes one RUN directory, and stores it once it is finished.
#   runferry jobs register --name flu          -> job 12
#   sbatch slurm-array.sh
#SBATCH --array=1-100
#SBATCH --time=2:00:00
# Two minutes before the limit this shell is told, so that there is time for the rest of it.
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
#SBATCH --open-mode=append

OUT=${OUT:-$SCRATCH/flu/OUT}
RULE=${RULE:-fred}
STORE=${STORE:---bucket s3://epi-results --job-id 12}
RUN=$OUT/RUN$SLURM_ARRAY_TASK_ID

# A state of this task's own, on this node; after a requeue the same one, if it is the same node.
export RUNFERRY_HOME=${SLURM_TMPDIR:-${TMPDIR:-/tmp}}/runferry-$SLURM_JOB_ID
export RUNFERRY_COUNTDOWN_SECONDS=0

is_done() {
    runferry scan "$RUN" --rule "$RULE" --json 2>/dev/null | grep -q '"state": "done"'
}

# A task that comes again has perhaps nothing left to do but to store.
code=0
if ! is_done; then
    # In the background: a shell hears of signals only while it waits.
    simulate --out "$RUN" &
    simulation=$!
    trap 'kill -TERM $simulation 2>/dev/null' TERM
    while kill -0 $simulation 2>/dev/null; do wait $simulation; done
    wait $simulation
    code=$?
fi

# The limit, `scancel` and preemption send TERM to all that runs here, and KILL 30 s (KillWait) or a
# GraceTime later. A run that is finished is stored meanwhile: TERM is not heard any more.
trap '' TERM
export RUNFERRY_EXIT_CODE=$code
runferry watch "$RUN" --auto-upload --until-idle --quiet 1 --stall 2 --rule "$RULE" $STORE
stored=$?

# The task ends as its simulation did; when that went well, as the storing did.
[ $code = 0 ] || exit $code
[ $stored = 0 ] || exit $stored
is_done || { echo "$RUN is not done by the rule $RULE: nothing was stored" >&2; exit 1; }
