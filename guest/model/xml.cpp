// See xml.h.
#include "guest/model/xml.h"

#include <expat.h>

#include <algorithm>
#include <memory>
#include <type_traits>

#include "common/limits.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kMaxElements = 1U << 17U;

using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)>;

// What is being read: the elements from the root's parent down to the one that is open.
struct Reading {
    XML_Parser parser;
    XmlElement document;
    std::vector<XmlElement> open;
    std::size_t elements = 0;
    std::string_view refusal;

    void refuse(std::string_view why)
    {
        refusal = why;
        XML_StopParser(parser, XML_FALSE);
    }
};

void on_start(void* data, const XML_Char* name, const XML_Char**)
{
    auto& reading = *static_cast<Reading*>(data);
    if (reading.open.size() == kMaxXmlDepth) return reading.refuse("is nested too deeply");
    if (++reading.elements > kMaxElements) return reading.refuse("has too many elements");
    reading.open.push_back({.name = name, .text = {}, .children = {}});
}

void on_end(void* data, const XML_Char*)
{
    auto& open = static_cast<Reading*>(data)->open;
    auto done = std::move(open.back());
    open.pop_back();
    done.text = trim(done.text);
    auto& parent = open.empty() ? static_cast<Reading*>(data)->document : open.back();
    parent.children.push_back(std::move(done));
}

void on_text(void* data, const XML_Char* text, int size)
{
    auto& open = static_cast<Reading*>(data)->open;
    if (!open.empty()) open.back().text.append(text, static_cast<std::size_t>(size));
}

void on_doctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int)
{
    static_cast<Reading*>(data)->refuse("has a document type");
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const
{
    auto found = std::find_if(children.begin(), children.end(),
                              [&](const XmlElement& child) { return child.name == child_name; });
    return found == children.end() ? nullptr : &*found;
}

std::string_view XmlElement::text_of(std::string_view child_name) const
{
    const auto* found = child(child_name);
    return found == nullptr ? std::string_view() : found->text;
}

Result<XmlElement> parse_elements(std::string_view text)
{
    if (text.size() > kMaxContextBytes) return fail("the XML is too large");
    const Parser parser(XML_ParserCreate("UTF-8"), XML_ParserFree);
    if (!parser) return fail("no memory for an XML parser");
    Reading reading{.parser = parser.get(), .document = {}, .open = {}, .refusal = {}};
    XML_SetUserData(parser.get(), &reading);
    XML_SetElementHandler(parser.get(), on_start, on_end);
    XML_SetCharacterDataHandler(parser.get(), on_text);
    XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
    const auto status = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), 1);
    if (!reading.refusal.empty()) return fail("the XML " + std::string(reading.refusal));
    if (status != XML_STATUS_OK)
        return fail("the XML has an error in line " +
                    std::to_string(XML_GetCurrentLineNumber(parser.get())) + ", column " +
                    std::to_string(XML_GetCurrentColumnNumber(parser.get()) + 1) + ": " +
                    XML_ErrorString(XML_GetErrorCode(parser.get())));
    return std::move(reading.document.children.front());
}

}  // namespace onectx
