// Brings up the stack "dev" of the project in this folder, by the Automation API: its compiled program runs in here, so
// that the engine needs no host of Node.js programs. Arguments: the project's name, and whether changes are expected.
const { LocalWorkspace } = require("@pulumi/pulumi/automation");

async function main() {
    const [projectName, changes] = process.argv.slice(2);
    const program = async () => require(`${process.cwd()}/bin/index.js`);
    const stack = await LocalWorkspace.selectStack({ stackName: "dev", projectName, program }, { workDir: process.cwd() });
    await stack.up({ color: "never", onOutput: console.log, expectNoChanges: changes === "none" });
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
