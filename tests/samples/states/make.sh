#!/usr/bin/env bash
# Makes the data folder of a small invented house with one version of Permanence, for tests/upgrade.rs:
#   tests/samples/states/make.sh target/release/permanence tests/samples/states/NAME.tar.gz
# Once made, a sample is never made anew: later versions must open it as it is.
set -euo pipefail
binary=$(realpath "$1")
target=$(realpath -m "$2")
samples=$(realpath "$(dirname "$0")/..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
data=$work/data
run() { "$binary" "$@" --data-dir "$data" >/dev/null; }

run subscriber add "Cabinet Martin" --trade "Médecin généraliste" --town Créteil --line 0140506070
run subscriber add "Maître Lefèvre" --trade Avocate --retention-days 30
echo "une phrase pour entrer" | run person add martin --role client --abonne "Cabinet Martin" --password-stdin
echo "une phrase pour entrer" | run person add aline --role secretaire --password-stdin
{
    echo "abonné;date;heure;type;urgent;civilité;nom;prénom;téléphone;objet;texte;pris par;état"
    for number in 1 2 3 4 5 6 7 8; do
        state=$([ $number -lt 3 ] && echo archivé || echo "en attente")
        echo "Cabinet Martin;2$number/11/2026;09:1$number;message;non;Mme;Vauquelin;Zoé;06 39 98 12 3$number;Rappel;Appel conservé numéro $number.;Aline;$state"
    done
    echo "Maître Lefèvre;24/11/2026;10:00;message;oui;M.;Œuvrard;Noé;01 40 50 60 00;Dossier;Audience reportée.;Aline;en attente"
} >"$work/appels.csv"
run import messages "$work/appels.csv"
head -40 "$samples/contacts-tableur.csv" >"$work/contacts.csv"
run import contacts "$work/contacts.csv" --subscriber "Cabinet Martin" --skip-bad
run import agenda "$samples/agenda/series.ics" --subscriber "Cabinet Martin"
tar -C "$data" -czf "$target" permanence.redb journal.redb
