# SPDX-License-Identifier: GPL-3.0-or-later
# Bash completion for bulkheadctl. It needs nothing of the package bash-completion.

# The IDs of apps, one a line. A prompt must neither hang nor show errors.
_bulkheadctl_ids ()
{
  timeout 2 "$1" list --ids "${@:2}" 2>/dev/null </dev/null
}

# Fills COMPREPLY with those of the lines of standard input that go on from $1, what stands before
# the cursor. They are quoted for the shell, unless an open quotation mark does that already.
_bulkheadctl_reply ()
{
  local typed=$1 quote='' line word

  if [[ $typed == [\"\']* ]]; then
    quote=${typed:0:1}
    typed=${typed:1}
  fi

  while IFS= read -r line; do
    if [[ -n $quote ]]; then
      # What the quotation mark does not protect can't be completed within it.
      [[ $quote == "'" && $line == *\'* || $quote == '"' && $line == *[\"\\\$\`]* ]] && continue
      [[ $line == "$typed"* ]] && COMPREPLY+=("$line")
      continue
    fi
    printf -v word '%q' "$line"
    if [[ $word != "$typed"* ]]; then
      [[ $line == "$typed"* ]] || continue
    fi
    # Readline takes what is before a colon for a word of its own, which stays.
    if [[ $typed == *:* && $COMP_WORDBREAKS == *:* ]]; then
      word=${word#"${typed%"${typed##*:}"}"}
    fi
    COMPREPLY+=("$word")
  done
}

# What can stand behind KEY=. The values of the others nobody can guess.
_bulkheadctl_values ()
{
  case $1 in
    keep-awake | muted) _bulkheadctl_reply "$2" < <(printf '%s\n' no yes) ;;
    suspend-after) _bulkheadctl_reply "$2" < <(printf '%s\n' never) ;;
  esac
}

_bulkheadctl ()
{
  local program=$1 command=${COMP_WORDS[1]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local typed=${COMP_WORDS[COMP_CWORD]} i place=0
  local -a options=(--json --help)
  local -a commands=(activate check clear devtools events help history info kill launch limits list
    metrics permissions ps restart resume settings stop storage suspend top version wait)

  COMPREPLY=()
  program=${program/#\~/$HOME}

  # The whole word before the cursor; COMP_WORDS has it in pieces where it has colons.
  if [[ $typed != [\"\']* && ${COMP_LINE:0:COMP_POINT} =~ ([^[:space:]\\]|\\.)*$ ]]; then
    typed=${BASH_REMATCH[0]}
  fi

  if ((COMP_CWORD == 1)); then
    _bulkheadctl_reply "$typed" < <(printf '%s\n' "${commands[@]}" --help --version)
    return
  fi

  case $command in
    clear) options+=(--yes) ;;
    events) options+=(--app --follow --kind --limit --since --until) ;;
    history) options+=(--resolution --since --until) ;;
    launch | restart) options+=(--wait --uri) ;;
    limits) options+=(--reset) ;;
    list) options+=(--ids --running) ;;
    metrics) options+=(--format --label --output) ;;
    ps) options+=(--all --columns --limits --processes --wide) ;;
    resume | suspend) options+=(--all) ;;
    top) options+=(--batch --interval --iterations --processes --sort) ;;
  esac

  # After "--" there are no options.
  for ((i = 2; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] && options=()
  done

  if [[ $typed == -* && ${#options[@]} -gt 0 ]]; then
    _bulkheadctl_reply "$typed" < <(printf '%s\n' "${options[@]}")
    return
  fi

  # How many words that are no options stand between the command and this one.
  for ((i = 2; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -* || ${COMP_WORDS[i]} == [=:] ]] || ((place += 1))
  done

  # What an option wants that stands before this word.
  case $command,$previous in
    events,--app | events,-a)
      _bulkheadctl_reply "$typed" < <(_bulkheadctl_ids "$program")
      return ;;
    events,--kind | events,-k)
      _bulkheadctl_reply "$typed" < <(printf '%s\n' adopted backing-off data-cleared ended gave-up \
        growing history-lost limit limits-changed pressed process-ended ready responding resumed \
        started supervisor-started supervisor-stopped suspended unresponsive)
      return ;;
    history,--resolution | history,-r)
      _bulkheadctl_reply "$typed" < <(printf '%s\n' 1h 1m 1s)
      return ;;
    events,--since | events,--until | history,--since | history,--until)
      _bulkheadctl_reply "$typed" < <(printf '%s\n' today yesterday)
      return ;;
    events,--limit | metrics,--label | metrics,-l) return ;;
    top,--sort | top,-s)
      _bulkheadctl_reply "$typed" < <(printf '%s\n' cpu cpu-time disk limit memory name network pid \
        state threads up-time)
      return ;;
    ps,--columns | ps,-c)
      # Those that stand already before the last comma stay.
      compopt -o nospace 2>/dev/null
      local before=
      [[ $typed == *,* ]] && before=${typed%,*},
      _bulkheadctl_reply "$typed" < <(printf "$before%s\n" cpu cpu-time descriptors disk id last-end \
        memory memory-peak network pid restarts started state swap threads up-time)
      return ;;
    metrics,--format | metrics,-f)
      _bulkheadctl_reply "$typed" < <(printf '%s\n' openmetrics prometheus)
      return ;;
    metrics,--output | metrics,-o)
      compopt -o default 2>/dev/null
      return ;;
  esac

  case $command in
    history | info | storage)
      _bulkheadctl_reply "$typed" < <(_bulkheadctl_ids "$program") ;;
    limits | settings)
      if ((place == 0)); then
        _bulkheadctl_reply "$typed" < <(_bulkheadctl_ids "$program")
        return
      fi
      if [[ $typed == *=* ]]; then
        _bulkheadctl_values "${typed%%=*}" "${typed#*=}"
        return
      fi
      compopt -o nospace 2>/dev/null
      if [[ $command == limits ]]; then
        _bulkheadctl_reply "$typed" < <(printf '%s=\n' cpu cpu-time memory memory-high tasks)
      else
        _bulkheadctl_reply "$typed" < <(printf '%s=\n' keep-awake muted suspend-after)
      fi ;;
    permissions)
      if ((place == 0)); then
        _bulkheadctl_reply "$typed" < <(_bulkheadctl_ids "$program")
      elif [[ $typed == *=* ]]; then
        _bulkheadctl_reply "${typed#*=}" < <(printf '%s\n' allow ask deny)
      fi ;;
    clear)
      if ((place == 0)); then
        _bulkheadctl_reply "$typed" < <(_bulkheadctl_ids "$program")
      else
        _bulkheadctl_reply "$typed" < <(printf '%s\n' cache data state)
      fi ;;
    launch)
      [[ $previous == --uri || $previous == -u ]] && return
      _bulkheadctl_reply "$typed" < <(_bulkheadctl_ids "$program") ;;
    activate | devtools | kill | restart | resume | stop | suspend | wait)
      [[ $previous == --uri || $previous == -u ]] && return
      _bulkheadctl_reply "$typed" < <(_bulkheadctl_ids "$program" --running) ;;
    check)
      # Readline completes files itself when there is no reply.
      compopt -o default 2>/dev/null ;;
    help)
      _bulkheadctl_reply "$typed" < <(printf '%s\n' "${commands[@]}") ;;
  esac
}

complete -F _bulkheadctl bulkheadctl
