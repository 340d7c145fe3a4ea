// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import "slices"

// Kind is what sort of body an assembly is, as the rules of votes name it.
type Kind string

// The kinds.
const (
	Villagers          Kind = "villagers"           // all villagers of age
	VillagerHouseholds Kind = "villager_households" // one of each household
	VillagerReps       Kind = "villager_reps"       // villagers' representatives and the committee
	VillagerGroup      Kind = "villager_group"      // the group within a village
	Residents          Kind = "residents"           // residents of a community, or one of each household
	ResidentReps       Kind = "resident_reps"       // their representatives and the committee
	Party              Kind = "party"               // members of a branch with voting right
	Joint              Kind = "joint"               // branch and committee in one talk
	Collective         Kind = "collective"          // members of full capacity of a collective organisation
	CollectiveReps     Kind = "collective_reps"     // their representatives
	Owners             Kind = "owners"              // owners of an estate, by people and area
	FiveParty          Kind = "five_party"          // the table with five fixed seats
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{
		Villagers, VillagerHouseholds, VillagerReps, VillagerGroup, Residents, ResidentReps, Party, Joint, Collective, CollectiveReps, Owners, FiveParty,
	}
}

// Known reports whether there is such a kind.
func (k Kind) Known() bool { return slices.Contains(Kinds(), k) }

// Households reports whether each household, or each flat, has one vote, whoever
// casts it: household representatives by the villagers' committee law, and owners, of
// whom those who own a flat together name one.
func (k Kind) Households() bool { return k == VillagerHouseholds || k == Owners }

// Areas reports whether areas are counted beside people.
func (k Kind) Areas() bool { return k == Owners }

// Represents reports whether its members stand for others.
func (k Kind) Represents() bool { return k == VillagerReps || k == ResidentReps || k == CollectiveReps }

// Confidential reports whether it is nobody's business who belongs to it.
func (k Kind) Confidential() bool { return k == Party }

// Seat is what somebody is in a body. Empty is an ordinary member.
type Seat string

// The seats of the five-party table, each to be filled by one person.
const (
	Branch         Seat = "branch"
	Building       Seat = "building"
	Company        Seat = "company"
	OwnerCommittee Seat = "owner_committee"
	Resident       Seat = "resident"
)

// The seats of a representatives' meeting.
const (
	Representative Seat = "representative"
	Committee      Seat = "committee"
)

// Seats lists the seats of a kind; none for a kind in which all are the same.
func (k Kind) Seats() []Seat {
	switch k {
	case FiveParty:
		return []Seat{Branch, Building, Company, OwnerCommittee, Resident}
	case VillagerReps, ResidentReps, CollectiveReps:
		return []Seat{Representative, Committee}
	case Joint:
		return []Seat{Branch, Committee}
	}
	return nil
}

// seated reports whether a seat is one of the kind's.
func (k Kind) seated(s Seat) bool {
	all := k.Seats()
	return len(all) == 0 && s == "" || slices.Contains(all, s)
}
