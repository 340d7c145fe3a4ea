# Reads the output of `go test -json`: prints one line for each package, all
# that a failed test wrote, and at the end how many tests passed and failed.
# Exits with 1 when something failed or nothing ran.

function field(name,    at, rest) {
	at = index($0, "\"" name "\":\"")
	if (at == 0) return ""
	rest = substr($0, at + length(name) + 4)
	match(rest, /([^"\\]|\\.)*/)
	return substr(rest, 1, RLENGTH)
}

function plain(text) {
	gsub(/\\u003c/, "<", text); gsub(/\\u003e/, ">", text); gsub(/\\u0026/, "\\&", text)
	gsub(/\\t/, "\t", text); gsub(/\\n/, "\n", text); gsub(/\\"/, "\"", text)
	return text
}

!/^\{/ { print; next }

{
	action = field("Action"); package = field("Package"); test = field("Test")
	key = package " " test
}

action == "output" { said[key] = said[key] plain(field("Output")); next }

action == "build-output" { printf "%s", plain(field("Output")); next }

action == "pass" && test != "" { passed++; delete said[key]; next }

action == "skip" && test != "" { skipped++; printf "%s", said[key]; delete said[key]; next }

action == "fail" && test != "" { failed++; broken[package] = 1; printf "%s", said[key]; delete said[key]; next }

action == "pass" || action == "fail" || action == "skip" {
	if (action == "fail" && !(package in broken)) { failed++; printf "%s", said[key] }
	if (action != "skip") print (action == "pass" ? "ok   " : "FAIL ") package
	delete said[key]
}

END {
	if (skipped) print skipped " skipped"
	printf "%d passed, %d failed\n", passed, failed
	exit (failed || !passed) ? 1 : 0
}
