// Every limit on what somebody else controls, in one place. Sizes in bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace onectx {

inline constexpr std::size_t kMaxTemplateBytes = 16U << 20U;  // a template or an XML document
inline constexpr std::size_t kMaxXmlTags = 2U << 20U;         // '<' in an XML document
inline constexpr unsigned kMaxXmlDepth = 64;                  // elements in one another
inline constexpr std::size_t kMaxContextBytes = 16U << 20U;   // a context.sh
inline constexpr std::size_t kMaxVariables = 65536;           // variables of one context
inline constexpr std::size_t kMaxReferences =
    16384;  // $NAME and $VECTOR[...] in the values of one context
inline constexpr unsigned kMaxShellNesting = 64;  // ${...}, $(...) and quotes inside one another
inline constexpr std::size_t kMaxRereadBytes =
    64U << 20U;  // of a context.sh, read once more behind quotes that nothing closes
inline constexpr std::size_t kMaxDiagnostics =
    100;  // complaints about one text; the rest is counted
inline constexpr std::size_t kMaxSystemFileBytes =
    16U << 20U;  // a file of the machine that is read to be edited
inline constexpr std::size_t kMaxManifestLineBytes = 128U << 10U;  // one line of a batch
inline constexpr std::size_t kMaxManifestLines = 1U << 20U;        // of one batch
inline constexpr std::size_t kMaxBatchWaiting = 4096;              // images that wait for a sync
inline constexpr std::size_t kMaxBatchErrorBytes = 8U << 10U;      // the message of one result
inline constexpr std::size_t kMaxDirectoryEntries = 65536;         // names in one directory
inline constexpr std::size_t kShellStringBytes =
    128U << 10U;  // MAX_ARG_STRLEN: one environment string (execve(2))

inline constexpr std::uint64_t kMaxIsoBytes = 64ULL << 30U;  // an ISO image
inline constexpr std::size_t kMaxIsoEntries = 65536;         // files and directories on one image
inline constexpr unsigned kMaxIsoDepth = 64;                 // directories below one another
inline constexpr std::uint64_t kMaxIsoDirectoryBytes =
    64ULL << 20U;                                   // directories read and names kept, of one image
inline constexpr unsigned kMaxIsoDescriptors = 64;  // volume descriptors of one image
inline constexpr unsigned kMaxIsoContinuations = 32;  // continuation areas of one record, as Linux
inline constexpr std::uint32_t kMaxIsoContinuationBytes = 64U << 10U;  // one such area
inline constexpr std::size_t kMaxPathBytes = 4096;                     // PATH_MAX
inline constexpr std::size_t kMaxFileNameBytes = 255;                  // NAME_MAX

inline constexpr unsigned kMaxLinks =
    40;  // symbolic links followed in one path, as the kernel does
inline constexpr unsigned kMaxNics = 256;                   // ETHx of one context
inline constexpr unsigned kMaxAliases = 256;                // ETHx_ALIASy of one NIC
inline constexpr std::size_t kMaxListItems = 1024;          // items of one list variable
inline constexpr std::size_t kMaxRoutes = 16384;            // of all NICs of one context
inline constexpr std::size_t kMaxResolverItems = 1024;      // name servers of all NICs, and domains
inline constexpr std::size_t kMaxShownBytes = 60;           // of a hostile value inside a message
inline constexpr std::size_t kMaxUserNameBytes = 32;        // useradd(8)
inline constexpr std::size_t kMaxPasswordBytes = 511;       // crypt(3): CRYPT_MAX_PASSPHRASE_SIZE
inline constexpr std::size_t kMaxCryptedBytes = 384;        // crypt(3): CRYPT_OUTPUT_SIZE
inline constexpr std::size_t kMaxSshKeyBytes = 16U << 10U;  // one line of authorized_keys
inline constexpr std::size_t kMaxSkeletonFiles = 1000;      // files of /etc/skel
inline constexpr unsigned kMaxSkeletonDepth = 16;
inline constexpr std::size_t kMaxSkeletonBytes = 16U << 20U;
inline constexpr unsigned kMaxWaitSeconds = 600;               // that guest.conf may ask to wait
inline constexpr std::size_t kMaxKernelItems = 65536;          // addresses or routes of the kernel
inline constexpr unsigned kMaxDownloadSeconds = 86400;         // that host.conf may give one file
inline constexpr std::size_t kMaxStatusRuns = 20;              // runs that `status` remembers
inline constexpr std::size_t kMaxStatusBytes = 4U << 20U;      // all of them
inline constexpr std::size_t kMaxStatusTextBytes = 1U << 10U;  // a message in one of them
inline constexpr std::size_t kMaxProblems = 100;               // of one run; the rest is counted

// Scripts
inline constexpr std::size_t kMaxHooks = 1000;                  // of one folder
inline constexpr std::size_t kMaxEnvironmentBytes = 1U << 20U;  // variables of a context in it
inline constexpr std::size_t kMaxScriptLogBytes = 1U << 20U;    // of one run of a script
inline constexpr std::size_t kMaxLogLineBytes = 8U << 10U;      // a longer line is parted
inline constexpr std::size_t kMaxSecretBytes = 1U << 10U;  // a longer one is looked for in parts
inline constexpr std::uint64_t kMaxMediumCopyBytes = 64ULL << 20U;  // files of a context, copied
                                                                    // where it cannot be mounted
inline constexpr unsigned kMaxScriptSeconds = 7 * 86400;     // that guest.conf may allow a script
inline constexpr unsigned kMaxReadyTries = 1000;             // RETRY_COUNT
inline constexpr unsigned kMaxReadyWaitSeconds = 3600;       // RETRY_WAIT_PERIOD
inline constexpr unsigned kMaxGptEntries = 1024;             // of a partition table
inline constexpr std::size_t kMaxLogicalPartitions = 128;    // of an extended partition
inline constexpr std::size_t kMaxBlockLayers = 64;           // devices below a file system
inline constexpr std::size_t kMaxLvmTextBytes = 4U << 20U;   // metadata of a volume group
inline constexpr std::size_t kMaxLuksTextBytes = 4U << 20U;  // metadata of a LUKS2 volume
inline constexpr std::size_t kMaxMounts = 256;               // DISKx of one context

// Sources of a context
inline constexpr std::size_t kMaxGuestinfoBytes = 24U << 20U;     // a value: a context.sh in base64
inline constexpr std::size_t kMaxCarriedFiles = 256;              // files that come with a context
inline constexpr std::size_t kMaxMetadataItemBytes = 64U << 10U;  // a name, a key or a list
inline constexpr std::size_t kMaxMetadataKeys = 64;               // of one machine

// User data
inline constexpr std::size_t kMaxUserDataBytes = 16U << 20U;  // unpacked, each part of it
inline constexpr std::size_t kMaxYamlNodes = 100'000;         // of a document, what aliases repeat
                                                              // included
inline constexpr std::size_t kMaxYamlBytes = 32U << 20U;      // of its texts, likewise
inline constexpr unsigned kMaxYamlDepth = 64;                 // nodes in one another
inline constexpr std::size_t kMaxMimeParts = 256;             // of a message
inline constexpr unsigned kMaxMimeDepth = 8;                  // messages in one another
inline constexpr std::size_t kMaxMimeHeaderBytes = 64U << 10U;  // of one part
inline constexpr std::size_t kMaxUserDataFiles = 1024;          // of write_files
inline constexpr std::size_t kMaxUserDataProblems = 100;        // the rest is counted

}  // namespace onectx
