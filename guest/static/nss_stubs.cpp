// Account look-ups that find nobody, for the static guest. libudev.a brings objects along that can
// turn names into numbers, which would pull in NSS: a static program then loads shared libraries at
// run time, of the very C library it was built with. The guest itself reads passwd and group of its
// root as files. Nothing here ever fails: it answers "no such account".
#include <grp.h>
#include <netdb.h>
#include <pwd.h>

passwd* getpwnam(const char*)
{
    return nullptr;
}

passwd* getpwuid(uid_t)
{
    return nullptr;
}

int getpwnam_r(const char*, passwd*, char*, size_t, passwd** found)
{
    *found = nullptr;
    return 0;
}

int getpwuid_r(uid_t, passwd*, char*, size_t, passwd** found)
{
    *found = nullptr;
    return 0;
}

group* getgrnam(const char*)
{
    return nullptr;
}

group* getgrgid(gid_t)
{
    return nullptr;
}

int getgrnam_r(const char*, group*, char*, size_t, group** found)
{
    *found = nullptr;
    return 0;
}

int getgrgid_r(gid_t, group*, char*, size_t, group** found)
{
    *found = nullptr;
    return 0;
}

// libudev's helpers could name the other side of a socket.
int getnameinfo(const sockaddr*, socklen_t, char*, socklen_t, char*, socklen_t, int)
{
    return EAI_FAMILY;
}

// c-ares asks for the ports of services by name, and we never do.
servent* getservbyname(const char*, const char*)
{
    return nullptr;
}

int getservbyport_r(int, const char*, servent*, char*, size_t, servent** found)
{
    *found = nullptr;
    return 0;
}
