// SPDX-License-Identifier: Apache-2.0
#include "codec/stored_entities.hpp"

namespace loyalty::codec {

template void write_stored<domain::Member>(Writer&, const domain::Member&);
template bool read_stored<domain::Member>(Reader&, domain::Member&);
template void write_stored<domain::MemberEvent>(Writer&, const domain::MemberEvent&);
template bool read_stored<domain::MemberEvent>(Reader&, domain::MemberEvent&);
template void write_stored<domain::MemberResult>(Writer&, const domain::MemberResult&);
template bool read_stored<domain::MemberResult>(Reader&, domain::MemberResult&);
template void write_stored<domain::Program>(Writer&, const domain::Program&);
template bool read_stored<domain::Program>(Reader&, domain::Program&);
template void write_stored<domain::ProgramEvent>(Writer&, const domain::ProgramEvent&);
template bool read_stored<domain::ProgramEvent>(Reader&, domain::ProgramEvent&);
template void write_stored<domain::PartnerLedger>(Writer&, const domain::PartnerLedger&);
template bool read_stored<domain::PartnerLedger>(Reader&, domain::PartnerLedger&);
template void write_stored<domain::PartnerEvent>(Writer&, const domain::PartnerEvent&);
template bool read_stored<domain::PartnerEvent>(Reader&, domain::PartnerEvent&);

}  // namespace loyalty::codec
