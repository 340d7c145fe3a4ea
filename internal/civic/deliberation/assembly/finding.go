// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import "strconv"

// Finding is something that the law, or good order, asks of a body, and that it lacks.
// It is shown and stops nothing: who is elected is not for a program to say.
type Finding struct {
	Key    string
	Basis  string // text that cites the law
	Params map[string]string
}

// Bounds that the law sets for representatives' meetings. Villagers' committee law
// (2025): one for 5 to 15 households, at least four fifths of the meeting, a third of
// them women. Residents' committee law (2025): one for 20 to 50. Law on collective
// organisations (2025): more than 20 people, one for 5 to 15.
const (
	villageLow, villageHigh     = 5, 15
	communityLow, communityHigh = 20, 50
	collectiveMore              = 20
)

// Findings lists what a body lacks on a day.
func Findings(a Assembly, members []Member, day string) (out []Finding) {
	seats, live := map[Seat]int{}, 0
	for _, m := range members {
		if m.Live(day) {
			seats[m.Seat]++
			live++
		}
	}
	add := func(wrong bool, key, basis string, params ...string) {
		if !wrong {
			return
		}
		f := Finding{Key: "assembly.finding." + key, Basis: basis, Params: map[string]string{}}
		for i := 0; i+1 < len(params); i += 2 {
			f.Params[params[i]] = params[i+1]
		}
		out = append(out, f)
	}
	if a.Kind == FiveParty {
		for _, s := range a.Kind.Seats() {
			add(seats[s] == 0, "vacant."+string(s), "basis.practice")
		}
		return out
	}
	add(live == 0, "nobody", "")
	reps := seats[Representative]
	low, high, basis := villageLow, villageHigh, "basis.villagers_law"
	switch a.Kind {
	case ResidentReps:
		low, high, basis = communityLow, communityHigh, "basis.residents_law"
	case CollectiveReps:
		basis = "basis.collective_law"
		add(live <= collectiveMore, "few", basis, "n", strconv.Itoa(live), "more", strconv.Itoa(collectiveMore))
	}
	if a.Kind.Represents() {
		add(a.Kind != CollectiveReps && reps*5 < live*4, "four_fifths", basis, "n", strconv.Itoa(reps), "of", strconv.Itoa(live))
		add(a.Counts.Households == 0, "households_uncounted", basis)
		add(a.Counts.Households > 0 && (reps*low > a.Counts.Households || reps*high < a.Counts.Households), "per_households", basis,
			"n", strconv.Itoa(reps), "households", strconv.Itoa(a.Counts.Households), "low", strconv.Itoa(low), "high", strconv.Itoa(high))
		add(a.Kind == VillagerReps && a.Counts.Women*3 < reps, "women", basis, "n", strconv.Itoa(a.Counts.Women), "of", strconv.Itoa(reps))
	}
	if a.Kind.Households() {
		shared, silent := voices(members, day)
		add(shared > 0, "shared", map[bool]string{true: "basis.civil_code_278", false: "basis.villagers_law"}[a.Kind == Owners], "n", strconv.Itoa(shared))
		add(silent > 0, "silent", "", "n", strconv.Itoa(silent))
	}
	return out
}

// voices counts the households of which several people are on the register, and those
// of which nobody has a vote on a day.
func voices(members []Member, day string) (shared, silent int) {
	people, votes := map[string]int{}, map[string]int{}
	for _, m := range members {
		for _, h := range m.Holdings {
			if m.Live(day) {
				people[h.Household]++
			}
			if m.whyNot(day) == "" {
				votes[h.Household]++
			}
		}
	}
	for h, n := range people {
		if n > 1 {
			shared++
		}
		if votes[h] == 0 {
			silent++
		}
	}
	return shared, silent
}
