# A vector index in memory follows what commits put, and not what they erase.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[    case write_batch::kind::erase: index.set.erase(key); break;]==] [==[    case write_batch::kind::erase: break;]==])
save()
