#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: test-completion.bash COMPLETION BULKHEADCTL
# Asks the completion what it would offer, with a program that lists made-up ids in place of the
# real one; then compares what it offers with the help of the real one. Prints TAP.

completion=$1
real=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
n=0
failed=0

# Words come to the completion broken up as readline does it.
COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
source "$completion" || exit 1

cat >"$scratch/bulkheadctl" <<'END'
#!/bin/bash
echo "noise for the prompt" >&2
case "$*" in
  'list --ids') printf '%s\n' notes notebook 'my app' org:alpha org:beta ;;
  'list --ids --running') printf '%s\n' notes 'my app' ;;
  *) exit 2 ;;
esac
END
cat >"$scratch/hanging" <<'END'
#!/bin/bash
exec tail -f /dev/null
END
cat >"$scratch/failing" <<'END'
#!/bin/bash
echo "bulkheadctl: no bus" >&2
exit 1
END
chmod +x "$scratch"/*

# complete PROGRAM WORD…: what is offered for the last word, separated by "|"
offer ()
{
  local IFS='|'

  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  COMP_LINE=${LINE-"${COMP_WORDS[*]}"}
  [[ -v LINE ]] || COMP_LINE=${COMP_LINE//|/ }
  COMP_POINT=${#COMP_LINE}
  COMPREPLY=()
  _bulkheadctl "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>"$scratch/noise"
  echo "${COMPREPLY[*]}"
}

# check NAME GOT WANTED
check ()
{
  n=$((n + 1))
  if [[ $2 == "$3" && ! -s $scratch/noise ]]; then
    echo "ok $n - $1"
  else
    failed=1
    echo "not ok $n - $1"
    echo "# got “$2”, wanted “$3”; on standard error: $(<"$scratch/noise")"
  fi
}

program=$scratch/bulkheadctl

check 'is registered' "$(complete -p bulkheadctl)" 'complete -F _bulkheadctl bulkheadctl'
check 'a command' "$(offer "$program" la)" launch
check 'several commands' "$(offer "$program" l)" 'launch|limits|list'
check 'an option of the program' "$(offer "$program" --v)" --version
check 'an id' "$(offer "$program" info note)" 'notes|notebook'
check 'a second id' "$(offer "$program" launch notes noteb)" notebook
check 'only what runs can be stopped' "$(offer "$program" stop '')" 'notes|my\ app'
check 'a blank is quoted' "$(offer "$program" info m)" 'my\ app'
check 'a quoted blank' "$(offer "$program" info 'my\ a')" 'my\ app'
check 'within a quotation mark' "$(offer "$program" info '"my a')" 'my app'
check 'before a colon' "$(offer "$program" info or)" 'org:alpha|org:beta'
check 'behind a colon' "$(LINE="$program info org:a" offer "$program" info org : a)" alpha
check 'right behind a colon' "$(LINE="$program info org:" offer "$program" info org :)" 'alpha|beta'
check 'an option' "$(offer "$program" launch --w)" --wait
check 'an option behind an id' "$(offer "$program" ps --json --p)" --processes
check 'no option of another command' "$(offer "$program" list --w)" ''
check 'a column' "$(offer "$program" ps --columns memory,cpu-)" 'memory\,cpu-time'
check 'a value of a setting' "$(LINE="$program settings notes muted=y" offer "$program" settings notes muted = y)" yes
check 'a kind of data' "$(offer "$program" clear notes c)" cache
check 'a kind of event' "$(offer "$program" events --kind ga)" gave-up
check 'the app of an option' "$(offer "$program" events --app note)" 'notes|notebook'
check 'no option after --' "$(offer "$program" launch -- --w)" ''
check 'the app of limits' "$(offer "$program" limits note)" 'notes|notebook'
check 'a limit' "$(offer "$program" limits notes mem)" 'memory=|memory-high='
check 'a limit behind an option' "$(offer "$program" limits --reset notes ta)" 'tasks='
check 'no value of a limit' "$(LINE="$program limits notes memory=5" offer "$program" limits notes memory = 5)" ''
check 'no id where an address goes' "$(offer "$program" launch --uri n)" ''
check 'help for a command' "$(offer "$program" help ki)" kill
check 'nothing after version' "$(offer "$program" version n)" ''
check 'an unknown command' "$(offer "$program" frobnicate n)" ''
check 'a service that fails' "$(offer "$scratch/failing" stop n)" ''
check 'a service that hangs' "$(offer "$scratch/hanging" stop n)" ''
check 'a program that is not there' "$(offer "$scratch/absent" stop n)" ''

# The real program has no command and no option that is not offered, and the other way round.
names=$("$real" help --json | sed -n 's/^ *"name" : "\(.*\)",$/\1/p' | sort | paste -sd '|')
check 'the same commands' "$(offer "$program" '' | tr '|' '\n' | grep -v '^-' | sort | paste -sd '|')" \
  "$names"
for name in ${names//|/ }; do
  options=$("$real" help "$name" | grep -o -e '^  .*  ' | grep -o -e '--[a-z]*' | sort -u | paste -sd '|')
  check "the same options of $name" \
    "$(offer "$program" "$name" - | tr '|' '\n' | sort | paste -sd '|')" "$options"
done

echo "1..$n"
exit $failed
