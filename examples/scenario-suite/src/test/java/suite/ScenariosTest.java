package suite;

// snippet: suite
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.IncludeEngines;
import org.junit.platform.suite.api.SelectDirectories;
import org.junit.platform.suite.api.Suite;

@Suite
@IncludeEngines("faultline-scenarios")
@SelectDirectories("src/test/resources/scenarios")
@ConfigurationParameter(key = "faultline.scenario.set.fails-within", value = "4s")
class ScenariosTest {}
// end snippet
