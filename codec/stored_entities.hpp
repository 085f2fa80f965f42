// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "codec/stored.hpp"
#include "domain/member/events.hpp"
#include "domain/member/member.hpp"
#include "domain/member/results.hpp"
#include "domain/partner/partner.hpp"
#include "domain/program/program.hpp"

/// The stored form of the states, facts and answers of the entities: large types that many files
/// read and write, compiled once in stored_entities.cpp.
namespace loyalty::codec {

extern template void write_stored<domain::Member>(Writer&, const domain::Member&);
extern template bool read_stored<domain::Member>(Reader&, domain::Member&);
extern template void write_stored<domain::MemberEvent>(Writer&, const domain::MemberEvent&);
extern template bool read_stored<domain::MemberEvent>(Reader&, domain::MemberEvent&);
extern template void write_stored<domain::MemberResult>(Writer&, const domain::MemberResult&);
extern template bool read_stored<domain::MemberResult>(Reader&, domain::MemberResult&);
extern template void write_stored<domain::Program>(Writer&, const domain::Program&);
extern template bool read_stored<domain::Program>(Reader&, domain::Program&);
extern template void write_stored<domain::ProgramEvent>(Writer&, const domain::ProgramEvent&);
extern template bool read_stored<domain::ProgramEvent>(Reader&, domain::ProgramEvent&);
extern template void write_stored<domain::PartnerLedger>(Writer&, const domain::PartnerLedger&);
extern template bool read_stored<domain::PartnerLedger>(Reader&, domain::PartnerLedger&);
extern template void write_stored<domain::PartnerEvent>(Writer&, const domain::PartnerEvent&);
extern template bool read_stored<domain::PartnerEvent>(Reader&, domain::PartnerEvent&);

}  // namespace loyalty::codec
