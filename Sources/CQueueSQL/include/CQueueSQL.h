#ifndef CQUEUESQL_H
#define CQUEUESQL_H
#endif
