# Stands beside the worker and does two things that Node cannot.
#
#   1. Makes named pipes: programs get real pipes for their output, since Node would give them sockets, which
#      `echo oops > /dev/stderr` cannot open.
#   2. When the worker is gone, however it went, kills every process that carries its mark and removes their directories.
#
# Usage: sh attendant.sh <mark> <directory>. Reads "<first number> <last number>" per line, makes the pipes of those
# names in the directory, and answers the line, or "failed". The end of its input is the end of the worker.
trap '' INT TERM HUP QUIT

mark=$1
directory=$2

while read -r first last; do
  paths=
  number=$first
  while [ "$number" -le "$last" ]; do
    paths="$paths $number"
    number=$((number + 1))
  done
  # shellcheck disable=SC2086  # the names are numbers
  if (cd "$directory/pipes" && mkfifo -m 600 $paths); then echo "$first $last"; else echo failed; fi
done

# What is forking while it is being killed needs more than one round.
round=0
while [ "$round" -lt 50 ] && [ -d /proc/self ]; do
  found=$(grep -ls "$mark" /proc/[0-9]*/environ 2>/dev/null)
  [ -n "$found" ] || break
  for path in $found; do
    pid=${path#/proc/}
    kill -9 "${pid%/environ}" 2>/dev/null
  done
  round=$((round + 1))
done
rm -rf "$directory"
